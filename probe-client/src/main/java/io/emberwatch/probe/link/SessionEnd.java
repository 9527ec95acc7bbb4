package io.emberwatch.probe.link;

import io.emberwatch.protocol.Refused;
import java.time.Duration;

/** Why a session ended, which decides how long the link waits before the next. */
sealed interface SessionEnd {
    /** The collector said no, at HELLO or later. */
    record Rejected(Refused refusal) implements SessionEnd {}

    /**
     * No connection, or an end without a word.
     *
     * @param lasted time since WELCOME; zero if there was none
     */
    record Lost(String reason, Duration lasted) implements SessionEnd {}

    /** The collector said goodbye. */
    record CollectorLeft(String text) implements SessionEnd {}

    /** The sampler hangs: a session would hide it. */
    record SamplingHangs() implements SessionEnd {}

    /** This probe stops. */
    record Stopped() implements SessionEnd {}
}
