/**
 * How a probe and a collector know each other: keys, what is stored of them, proofs, and the token with which a machine
 * is enrolled. Pure functions of their input; uses the JDK alone.
 */
package io.emberwatch.protocol.auth;
