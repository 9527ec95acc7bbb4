package io.emberwatch.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Ways to feed bytes to a {@link FrameAssembler}. */
final class Streams {
    private Streams() {}

    /** All messages that {@code in} completes. */
    static List<Message> drain(FrameAssembler assembler, ByteBuffer in) throws ProtocolException {
        List<Message> messages = new ArrayList<>();
        Optional<Message> message = assembler.next(in);
        while (message.isPresent()) {
            messages.add(message.get());
            message = assembler.next(in);
        }
        return messages;
    }

    /** The first four bytes of a frame. */
    static ByteBuffer lengthField(long length) {
        return ByteBuffer.allocate(MessageCodec.LENGTH_BYTES)
                .putInt((int) length)
                .flip();
    }
}
