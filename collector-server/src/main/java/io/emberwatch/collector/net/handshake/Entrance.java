package io.emberwatch.collector.net.handshake;

/** Who decides about those that nobody knows yet. */
public record Entrance(Admission admission, Enrolment enrolment) {}
