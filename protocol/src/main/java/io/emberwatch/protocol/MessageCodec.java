package io.emberwatch.protocol;

import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Challenge;
import io.emberwatch.protocol.Message.Defer;
import io.emberwatch.protocol.Message.Enrolled;
import io.emberwatch.protocol.Message.Fetch;
import io.emberwatch.protocol.Message.History;
import io.emberwatch.protocol.Message.Ping;
import io.emberwatch.protocol.Message.Pong;
import io.emberwatch.protocol.Message.Proof;
import io.emberwatch.protocol.Message.Refused;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Messages to frames and back. Stateless and thread-safe.
 *
 * <pre>
 *  0               4      5
 * ┌───────────────┬──────┬─────────────────┐
 * │ length (u32)  │ type │ body            │   length = 1 + bytes of body, big-endian
 * └───────────────┴──────┴─────────────────┘
 * </pre>
 *
 * Bytes after the fields that this build knows are skipped, so newer peers may append fields.
 */
public final class MessageCodec {
    static final int LENGTH_BYTES = Integer.BYTES;

    private MessageCodec() {}

    /**
     * The whole frame, length field included.
     *
     * @throws IllegalArgumentException if it would be longer than {@link WireLimits#MAX_FRAME_BYTES}
     */
    public static ByteBuffer encode(Message message) {
        WireWriter out = written(message);
        int length = out.size() - LENGTH_BYTES;
        if (length > WireLimits.MAX_FRAME_BYTES) {
            throw new IllegalArgumentException(message.getClass().getSimpleName() + " of " + length
                    + " bytes is longer than a frame may be (" + WireLimits.MAX_FRAME_BYTES + ")");
        }
        out.patchU32(0, length);
        return out.toBuffer();
    }

    /** The length that the frame has, or would have if it were not too long: of type and body, in bytes. */
    public static int lengthOf(Message message) {
        return written(message).size() - LENGTH_BYTES;
    }

    /**
     * The message of one frame, or nothing if it is of an optional type that this build does not know.
     *
     * @param typeAndBody the frame without its length field, up to the limit; its position afterwards means nothing
     * @throws ProtocolException if the bytes are not a message; nothing else is ever thrown
     */
    public static Optional<Message> decode(ByteBuffer typeAndBody) throws ProtocolException {
        WireReader in = new WireReader(typeAndBody);
        int typeByte = in.u8();
        Optional<MessageType> known = MessageType.ofWireByte(typeByte);
        if (known.isEmpty()) {
            return Optional.empty();
        }
        MessageType type = known.get();
        try {
            return Optional.of(readBody(type, in));
        } catch (IllegalArgumentException e) {
            throw WireReader.malformed(type + ": " + e.getMessage());
        }
    }

    private static WireWriter written(Message message) {
        WireWriter out = new WireWriter();
        out.u32(0);
        writeTypeAndBody(message, out);
        return out;
    }

    private static void writeTypeAndBody(Message message, WireWriter out) {
        if (message instanceof Hello hello) {
            out.u8(MessageType.HELLO.wireByte());
            HandshakeCodec.write(hello, out);
        } else if (message instanceof Welcome welcome) {
            out.u8(MessageType.WELCOME.wireByte());
            HandshakeCodec.write(welcome, out);
        } else if (message instanceof Refused refused) {
            out.u8(MessageType.REFUSED.wireByte());
            out.varint(refused.code().wireCode());
            out.text(refused.text());
            out.varint(refused.retryAfter().toMillis());
        } else if (message instanceof Inventory inventory) {
            out.u8(MessageType.INVENTORY.wireByte());
            InventoryCodec.encode(inventory, out);
        } else if (message instanceof Readings readings) {
            out.u8(MessageType.READINGS.wireByte());
            ReadingsCodec.encode(readings, out);
        } else if (message instanceof Defer defer) {
            out.u8(MessageType.DEFER.wireByte());
            out.varint(defer.liveFrom());
        } else if (message instanceof Fetch fetch) {
            out.u8(MessageType.FETCH.wireByte());
            out.varint(fetch.maxReadings());
        } else if (message instanceof History history) {
            out.u8(MessageType.HISTORY.wireByte());
            ReadingsCodec.encode(history, out);
        } else if (message instanceof Lost lost) {
            out.u8(MessageType.LOST.wireByte());
            write(lost, out);
        } else if (message instanceof Ack ack) {
            out.u8(MessageType.ACK.wireByte());
            ack.acknowledged().write(out);
        } else if (message instanceof Ping ping) {
            out.u8(MessageType.PING.wireByte());
            out.u64(ping.nonce());
        } else if (message instanceof Pong pong) {
            out.u8(MessageType.PONG.wireByte());
            out.u64(pong.nonce());
        } else if (message instanceof Bye bye) {
            out.u8(MessageType.BYE.wireByte());
            out.varint(bye.reason().wireCode());
            out.text(bye.text());
        } else if (message instanceof Challenge challenge) {
            out.u8(MessageType.CHALLENGE.wireByte());
            out.bytes32(challenge.nonce());
        } else if (message instanceof Proof proof) {
            out.u8(MessageType.PROOF.wireByte());
            out.bytes32(proof.proof());
        } else if (message instanceof GpuProcesses processes) {
            out.u8(MessageType.GPU_PROCESSES.wireByte());
            GpuProcessesCodec.encode(processes, out);
        } else if (message instanceof Enroll enroll) {
            out.u8(MessageType.ENROLL.wireByte());
            HandshakeCodec.write(enroll, out);
        } else if (message instanceof Enrolled enrolled) {
            out.u8(MessageType.ENROLLED.wireByte());
            HandshakeCodec.write(enrolled, out);
        }
    }

    private static Message readBody(MessageType type, WireReader in) throws ProtocolException {
        return switch (type) {
            case HELLO -> HandshakeCodec.readHello(in);
            case WELCOME -> HandshakeCodec.readWelcome(in);
            case REFUSED ->
                new Refused(
                        RefusalCode.ofWireCode(in.varint()),
                        in.text("text"),
                        Duration.ofMillis(in.natural("retry-after")));
            case INVENTORY -> InventoryCodec.decode(in);
            case READINGS -> ReadingsCodec.decodeReadings(in);
            case DEFER -> new Defer(in.natural("sequence"));
            case FETCH -> new Fetch(in.count("reading count", 1, WireLimits.MAX_READINGS_PER_FRAME));
            case HISTORY -> ReadingsCodec.decodeHistory(in);
            case LOST -> readLost(in);
            case ACK -> new Ack(AcknowledgedRange.read(in));
            case PING -> new Ping(in.u64());
            case PONG -> new Pong(in.u64());
            case BYE -> new Bye(Bye.Reason.ofWireCode(in.varint()), in.text("text"));
            case CHALLENGE -> new Challenge(in.bytes32());
            case PROOF -> new Proof(in.bytes32());
            case ENROLL -> HandshakeCodec.readEnroll(in);
            case ENROLLED -> HandshakeCodec.readEnrolled(in);
            case GPU_PROCESSES -> GpuProcessesCodec.decode(in);
        };
    }

    private static void write(Lost lost, WireWriter out) {
        out.varint(lost.firstSequence());
        out.varint(lost.lastSequence());
        out.varint(lost.count());
        out.zigzag(lost.from().toEpochMilli());
        out.zigzag(lost.to().toEpochMilli());
        out.varint(lost.reason().wireCode());
    }

    private static Lost readLost(WireReader in) throws ProtocolException {
        return new Lost(
                in.natural("first sequence"),
                in.natural("last sequence"),
                in.natural("count"),
                Instant.ofEpochMilli(in.zigzag()),
                Instant.ofEpochMilli(in.zigzag()),
                Lost.Reason.ofWireCode(in.varint()));
    }
}
