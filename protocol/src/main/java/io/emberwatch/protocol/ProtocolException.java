package io.emberwatch.protocol;

/** Bytes that do not follow the protocol. The only exception that decoding throws. */
public final class ProtocolException extends Exception {
    private static final long serialVersionUID = 1L;

    private final RefusalCode code;

    /** @param message may quote the peer; what does not print is replaced */
    public ProtocolException(RefusalCode code, String message) {
        super(Texts.printable(message));
        this.code = code;
    }

    /** The code to answer the peer with. */
    public RefusalCode code() {
        return code;
    }
}
