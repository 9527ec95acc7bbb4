package io.emberwatch.protocol;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    LOST(0x11),
    GPU_PROCESSES(0x80);

    private static final int FIRST_OPTIONAL = 0x80;
    private static final Map<Integer, MessageType> BY_BYTE =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(MessageType::wireByte, Function.identity()));

    private final int wireByte;

    MessageType(int wireByte) {
        this.wireByte = wireByte;
    }

    int wireByte() {
        return wireByte;
    }

    /**
     * The type, or nothing if it is an optional one that this build does not know.
     *
     * @throws ProtocolException if it is none
     */
    static Optional<MessageType> ofWireByte(int wireByte) throws ProtocolException {
        MessageType type = BY_BYTE.get(wireByte);
        if (type == null && wireByte < FIRST_OPTIONAL) {
            throw WireReader.malformed("unknown message type 0x%02x".formatted(wireByte));
        }
        return Optional.ofNullable(type);
    }
}
