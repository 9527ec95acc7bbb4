package io.emberwatch.protocol;

import java.util.Objects;

/**
 * The sender ends the session on purpose. From a probe it means: do not miss me.
 *
 * @param reason stable reason
 * @param text the same for a person
 */
public record Bye(Reason reason, String text) implements Message {
    public Bye {
        Objects.requireNonNull(reason);
        Texts.requireText("text", text);
    }

    /** Why a session ends. The number is the wire form and never changes. */
    public enum Reason {
        /** A newer peer's reason that this build does not know. */
        UNKNOWN(0),
        /** The probe's service is being stopped, or the machine shut down. */
        STOPPED(1),
        /** The probe restarts at once, for an upgrade or a new configuration. */
        RESTARTING(2),
        /** The collector stops; connect again, to it or to another. */
        COLLECTOR_STOPPING(3);

        private final int wireCode;

        Reason(int wireCode) {
            this.wireCode = wireCode;
        }

        public int wireCode() {
            return wireCode;
        }

        static Reason ofWireCode(long wireCode) {
            for (Reason reason : values()) {
                if (reason.wireCode == wireCode) {
                    return reason;
                }
            }
            return UNKNOWN;
        }
    }
}
