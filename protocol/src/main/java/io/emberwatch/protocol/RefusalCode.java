package io.emberwatch.protocol;

import java.time.Duration;

/** Why a collector refuses a connection or ends a session. The number is the wire form and never changes. */
public enum RefusalCode {
    /** A newer collector's code that this build does not know. */
    UNKNOWN(0, Duration.ofMinutes(1)),
    /** The first bytes are not Emberwatch's. */
    BAD_MAGIC(1, Duration.ofHours(1)),
    /** No version in common. */
    UNSUPPORTED_VERSION(2, Duration.ofHours(1)),
    /** Machine unknown or proof wrong; which of the two is not said. */
    NOT_AUTHENTICATED(3, Duration.ofMinutes(2)),
    /** The collector has no room or its database is away; nothing is wrong with the probe. */
    BUSY(4, Duration.ofSeconds(2)),
    /** A frame that does not follow the protocol. */
    MALFORMED(5, Duration.ofMinutes(1)),
    /** A frame longer than allowed. */
    FRAME_TOO_LARGE(6, Duration.ofMinutes(1)),
    /** HELLO, PROOF, or a sign of life, did not come in time. */
    TIMEOUT(7, Duration.ofSeconds(5)),
    /** A newer session of the same machine took over. */
    SUPERSEDED(8, Duration.ofMinutes(1)),
    /** A message that has no place here, for example READINGS before WELCOME. */
    UNEXPECTED_MESSAGE(9, Duration.ofMinutes(1)),
    /** Another process with the same machine's key is connected and alive: a cloned disk, or two probes on one machine. */
    DUPLICATE(10, Duration.ofMinutes(10)),
    /** The token is unknown, used up, expired or revoked. */
    TOKEN_REFUSED(11, Duration.ofMinutes(2)),
    /** Another machine has the name that ENROLL asks for. */
    NAME_TAKEN(12, Duration.ofMinutes(2));

    private final int wireCode;
    private final Duration retryAfter;

    RefusalCode(int wireCode, Duration retryAfter) {
        this.wireCode = wireCode;
        this.retryAfter = retryAfter;
    }

    public int wireCode() {
        return wireCode;
    }

    /** Shortest waiting time that goes with the code unless the collector says otherwise. */
    public Duration retryAfter() {
        return retryAfter;
    }

    static RefusalCode ofWireCode(long wireCode) {
        for (RefusalCode code : values()) {
            if (code.wireCode == wireCode) {
                return code;
            }
        }
        return UNKNOWN;
    }
}
