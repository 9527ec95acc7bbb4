package io.emberwatch.collector.model;

/**
 * A mail taken from the outbox to be sent now.
 *
 * @param attempts how often it was tried before
 */
public record OutboxMail(long id, int attempts) {}
