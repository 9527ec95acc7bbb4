package io.emberwatch.probe.enroll;

/** What came of an attempt to enroll this box. */
public sealed interface EnrollResult {
    /** It is a machine now. */
    record Accepted(String machineName) implements EnrollResult {}

    /** The collector said no, or the peer is not the collector; the reason says what to do. */
    record Refused(String reason) implements EnrollResult {}

    /**
     * No answer, or none yet.
     *
     * @param sent whether the token may have been taken
     */
    record Unanswered(String reason, boolean sent) implements EnrollResult {}
}
