package io.emberwatch.protocol;

import io.emberwatch.protocol.auth.Bytes32;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** What a frame carries. {@code PROTOCOL.md} says who may send which when. */
public sealed interface Message
        permits Hello,
                Message.Challenge,
                Message.Proof,
                Welcome,
                Message.Refused,
                Inventory,
                Readings,
                Message.Defer,
                Message.Fetch,
                Message.History,
                Lost,
                Message.Ack,
                Message.Ping,
                Message.Pong,
                Bye,
                Enroll,
                Message.Enrolled,
                GpuProcesses {
    /** Bytes that every connection starts with, in HELLO or ENROLL: {@code EMBR}. */
    int MAGIC = 0x454D4252;

    /** The newest protocol version that this build speaks. */
    int VERSION = 1;

    /** What is stored for good; the probe may forget it. */
    record Ack(AcknowledgedRange acknowledged) implements Message {
        public Ack {
            Objects.requireNonNull(acknowledged);
        }
    }

    /**
     * The collector's answer to any HELLO, whoever it claims to be from.
     *
     * @param nonce random, never used before
     */
    record Challenge(Bytes32 nonce) implements Message {
        public Challenge {
            Objects.requireNonNull(nonce);
        }
    }

    /**
     * The probe has so much to send that it goes on live at a later reading, and brings what lies before that as
     * HISTORY, when the collector asks for it.
     *
     * @param liveFrom sequence of the first reading that comes as READINGS, 2 to {@link WireLimits#MAX_SEQUENCE}
     */
    record Defer(long liveFrom) implements Message {
        public Defer {
            if (liveFrom < 2 || liveFrom > WireLimits.MAX_SEQUENCE) {
                throw new IllegalArgumentException("sequence out of range: " + liveFrom);
            }
        }
    }

    /**
     * The collector's answer to an ENROLL that it accepts; then it closes the connection.
     *
     * @param version protocol version, one of those in ENROLL
     * @param machineName name under which the machine is registered now
     */
    record Enrolled(int version, String machineName) implements Message {
        public Enrolled {
            if (version < 1) {
                throw new IllegalArgumentException("a version is 1 or more, but this is " + version);
            }
            if (!Texts.isMachineName(machineName)) {
                throw new IllegalArgumentException("not a machine name: " + machineName);
            }
        }
    }

    /**
     * The collector has room for some history: the probe answers with one HISTORY.
     *
     * @param maxReadings 1 to {@value WireLimits#MAX_READINGS_PER_FRAME}
     */
    record Fetch(int maxReadings) implements Message {
        public Fetch {
            if (maxReadings < 1 || maxReadings > WireLimits.MAX_READINGS_PER_FRAME) {
                throw new IllegalArgumentException("a fetch asks for 1 to " + WireLimits.MAX_READINGS_PER_FRAME
                        + " readings, but this for " + maxReadings);
            }
        }
    }

    /**
     * Asks the peer for a sign of life, from either side after WELCOME.
     *
     * @param nonce to be repeated in the answer
     */
    record Ping(long nonce) implements Message {}

    /**
     * Answers a PING.
     *
     * @param nonce the PING's
     */
    record Pong(long nonce) implements Message {}

    /**
     * The probe's answer to CHALLENGE.
     *
     * @param proof that it holds the key of the machine that HELLO names, see {@link
     *     io.emberwatch.protocol.auth.MachineKey#proof}
     */
    record Proof(Bytes32 proof) implements Message {
        public Proof {
            Objects.requireNonNull(proof);
        }
    }

    /**
     * The collector ends the connection, and why. Nothing follows.
     *
     * @param code stable reason, for the probe to act on
     * @param text the same for a person
     * @param retryAfter shortest time after which trying again makes sense; the probe adds a random part of its own. 0
     *     to {@value WireLimits#MAX_DURATION_MILLIS} ms
     */
    record Refused(RefusalCode code, String text, Duration retryAfter) implements Message {
        public Refused {
            Objects.requireNonNull(code);
            Texts.requireText("text", text);
            retryAfter = Times.requireDuration("retry-after", retryAfter, 0);
        }

        /** A refusal with the code's own waiting time. */
        public static Refused because(RefusalCode code, String text) {
            return new Refused(code, Texts.fit(text), code.retryAfter());
        }
    }

    /**
     * Readings that were deferred, oldest first; the answer to a FETCH.
     *
     * @param upTo the probe has nothing more up to this sequence, 1 to {@link WireLimits#MAX_SEQUENCE}
     * @param sentAt the probe's clock when it sent this
     * @param readings with consecutive sequences up to {@code upTo}; none if there were only lost ones
     */
    record History(long upTo, Instant sentAt, List<Reading> readings) implements Message {
        public History {
            if (upTo < 1 || upTo > WireLimits.MAX_SEQUENCE) {
                throw new IllegalArgumentException("sequence out of range: " + upTo);
            }
            sentAt = Times.requireTime("sending time", sentAt);
            readings = List.copyOf(readings);
            Readings.requireConsecutive(readings);
            if (!readings.isEmpty() && readings.get(readings.size() - 1).sequence() > upTo) {
                throw new IllegalArgumentException("readings beyond " + upTo);
            }
        }
    }
}
