package io.emberwatch.collector.net;

import io.emberwatch.protocol.RefusalCode;

/**
 * What a probe did against the protocol.
 *
 * @param text for people
 */
record Breach(RefusalCode code, String text) {
    static Breach malformed(String text) {
        return new Breach(RefusalCode.MALFORMED, text);
    }

    static Breach unexpected(String text) {
        return new Breach(RefusalCode.UNEXPECTED_MESSAGE, text);
    }
}
