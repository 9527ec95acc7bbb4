/**
 * What probe and collector say to each other: the messages, their binary form and the metric catalogue. Uses the JDK
 * alone and does no I/O; {@code PROTOCOL.md} beside this module describes the same in words and bytes.
 */
package io.emberwatch.protocol;
