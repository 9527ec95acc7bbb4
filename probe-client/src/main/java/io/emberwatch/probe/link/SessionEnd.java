package io.emberwatch.probe.link;

import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.Message.Refused;
import java.time.Duration;

/** Why a session ended, which decides how long the link waits before the next. */
sealed interface SessionEnd {
    /** Time since WELCOME; zero if there was none. */
    Duration lasted();

    /** The collector said no, at HELLO or later. */
    record Rejected(Refused refusal, Duration lasted) implements SessionEnd {}

    /** The peer could not show that it is this machine's collector; the reason says what to do. */
    record Untrusted(String reason, Duration lasted) implements SessionEnd {}

    /** No connection, or an end without a word. */
    record Lost(String reason, Duration lasted) implements SessionEnd {}

    /** The collector has readings that this spool never numbered; both sequences are the last ones. */
    record GoneBack(long stored, long numbered, Duration lasted) implements SessionEnd {}

    /** The collector said goodbye. */
    record CollectorLeft(Bye bye, Duration lasted) implements SessionEnd {}

    /** An error of the probe itself. */
    record Broken(RuntimeException error, Duration lasted) implements SessionEnd {}

    /** The sampler hangs: a session would hide it. */
    record SamplingHangs(Duration lasted) implements SessionEnd {}

    /** This probe stops. */
    record Stopped(Duration lasted) implements SessionEnd {}
}
