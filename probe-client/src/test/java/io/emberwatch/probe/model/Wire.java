package io.emberwatch.probe.model;

import io.emberwatch.protocol.FrameAssembler;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.MessageCodec;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.WireLimits;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One direction of a connection: bytes that come late, in any pieces, up to where it breaks. Not thread-safe. */
final class Wire {
    private final ArrayDeque<ByteBuffer> onTheWay = new ArrayDeque<>();
    private final FrameAssembler frames = new FrameAssembler(WireLimits.MAX_FRAME_BYTES);
    private boolean ended;

    /** What is sent after the end is lost. */
    void send(Message message) {
        if (!ended) {
            onTheWay.add(MessageCodec.encode(message));
        }
    }

    /** Nothing more is sent; what is on its way still arrives. */
    void end() {
        ended = true;
    }

    /** Of what is on its way only the first bytes arrive. */
    void breakAfter(long bytes) {
        ended = true;
        long left = bytes;
        for (ByteBuffer piece : onTheWay) {
            piece.limit(piece.position() + (int) Math.min(left, piece.remaining()));
            left -= piece.remaining();
        }
        onTheWay.removeIf(piece -> !piece.hasRemaining());
    }

    /** The messages that the next so many bytes complete. */
    List<Message> deliver(long bytes) throws ProtocolException {
        List<Message> arrived = new ArrayList<>();
        long left = bytes;
        while (left > 0 && !onTheWay.isEmpty()) {
            ByteBuffer piece = onTheWay.getFirst();
            int end = piece.limit();
            piece.limit(piece.position() + (int) Math.min(left, piece.remaining()));
            left -= piece.remaining();
            for (Optional<Message> next = frames.next(piece); next.isPresent(); next = frames.next(piece)) {
                arrived.add(next.get());
            }
            piece.limit(end);
            if (!piece.hasRemaining()) {
                onTheWay.removeFirst();
            }
        }
        return arrived;
    }

    long bytesOnTheWay() {
        return onTheWay.stream().mapToLong(ByteBuffer::remaining).sum();
    }

    /** Whether the receiver sees that nothing more comes. */
    boolean isOver() {
        return ended && onTheWay.isEmpty();
    }

    /** A connection between a probe and a collector. */
    record Pair(Wire toCollector, Wire toProbe) {
        Pair() {
            this(new Wire(), new Wire());
        }
    }
}
