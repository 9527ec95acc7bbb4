package io.emberwatch.protocol;

/**
 * Answers a PING.
 *
 * @param nonce the PING's
 */
public record Pong(long nonce) implements Message {}
