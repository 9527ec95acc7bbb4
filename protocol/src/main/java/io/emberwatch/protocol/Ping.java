package io.emberwatch.protocol;

/**
 * Asks the peer for a sign of life, from either side after WELCOME.
 *
 * @param nonce to be repeated in the answer
 */
public record Ping(long nonce) implements Message {}
