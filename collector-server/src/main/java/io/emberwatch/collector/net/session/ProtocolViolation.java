package io.emberwatch.collector.net.session;

import io.emberwatch.protocol.RefusalCode;

/**
 * What a probe did against the protocol.
 *
 * @param text for people
 */
record ProtocolViolation(RefusalCode code, String text) {
    static ProtocolViolation malformed(String text) {
        return new ProtocolViolation(RefusalCode.MALFORMED, text);
    }

    static ProtocolViolation unexpected(String text) {
        return new ProtocolViolation(RefusalCode.UNEXPECTED_MESSAGE, text);
    }
}
