package io.emberwatch.protocol;

/** The type byte of a frame. Types from 0x80 are optional: a peer that does not know one skips the frame. */
enum MessageType {
    HELLO(0x01),
    WELCOME(0x02),
    REFUSED(0x03),
    INVENTORY(0x04),
    READINGS(0x05),
    ACK(0x06),
    PING(0x07),
    PONG(0x08),
    BYE(0x09),
    CHALLENGE(0x0A),
    PROOF(0x0B),
    ENROLL(0x0C),
    ENROLLED(0x0D),
    DEFER(0x0E),
    FETCH(0x0F),
    HISTORY(0x10),
    LOST(0x11);

    private static final int FIRST_OPTIONAL = 0x80;
    private static final MessageType[] BY_BYTE = byByte();

    private final int wireByte;

    MessageType(int wireByte) {
        this.wireByte = wireByte;
    }

    int wireByte() {
        return wireByte;
    }

    static boolean isOptional(int wireByte) {
        return wireByte >= FIRST_OPTIONAL;
    }

    static MessageType ofWireByte(int wireByte) throws ProtocolException {
        MessageType type = wireByte < BY_BYTE.length ? BY_BYTE[wireByte] : null;
        if (type == null) {
            throw WireReader.malformed("unknown message type 0x%02x".formatted(wireByte));
        }
        return type;
    }

    private static MessageType[] byByte() {
        MessageType[] types = new MessageType[values().length + 1];
        for (MessageType type : values()) {
            types[type.wireByte] = type;
        }
        return types;
    }
}
