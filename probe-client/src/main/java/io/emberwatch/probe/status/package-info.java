/**
 * What the running probe says of itself, and how another process asks it: one JSON document for each connection to a
 * socket of this machine. Nothing is read from who asks.
 */
package io.emberwatch.probe.status;
