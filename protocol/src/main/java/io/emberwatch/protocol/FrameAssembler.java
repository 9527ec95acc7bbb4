package io.emberwatch.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Cuts a stream of bytes, fed in pieces of any size, into messages. A frame's length is checked before one byte of its
 * body is kept; no more than one frame is ever kept. One instance per connection; not thread-safe.
 *
 * <p>After it has thrown it is broken: every further call throws the same error again.
 */
public final class FrameAssembler {
    private static final int INITIAL_BYTES = 512;
    /** A larger buffer is let go after its frame: most sessions are idle most of the time. */
    private static final int MAX_IDLE_BYTES = 4096;

    private int maxFrameBytes;
    private byte[] kept = new byte[INITIAL_BYTES];
    private int keptBytes;
    /** Type and body of the frame being kept; 0 while its length is not known. */
    private int frameBytes;

    private long frames;
    private ProtocolException broken;

    /** @param maxFrameBytes longest frame accepted, type and body, 1 to {@link WireLimits#MAX_FRAME_BYTES} */
    public FrameAssembler(int maxFrameBytes) {
        limitTo(maxFrameBytes);
    }

    /** Sets the longest frame accepted, from the next frame whose length is read. */
    public void limitTo(int bytes) {
        if (bytes < 1 || bytes > WireLimits.MAX_FRAME_BYTES) {
            throw new IllegalArgumentException("frame limit must be 1 to " + WireLimits.MAX_FRAME_BYTES + ": " + bytes);
        }
        maxFrameBytes = bytes;
    }

    /** Frames that were complete, those skipped as optional included. */
    public long frames() {
        return frames;
    }

    /** Bytes kept of a frame that is not complete yet. */
    public int pendingBytes() {
        return keptBytes;
    }

    /**
     * Takes bytes from {@code in} up to the end of the next message.
     *
     * @return the message, or nothing if {@code in} was used up before one was complete
     */
    public Optional<Message> next(ByteBuffer in) throws ProtocolException {
        if (broken != null) {
            throw broken;
        }
        try {
            while (in.hasRemaining()) {
                Optional<Message> message = nextFrame(in);
                if (message.isPresent()) {
                    return message;
                }
            }
            return Optional.empty();
        } catch (ProtocolException e) {
            broken = e;
            kept = new byte[0];
            keptBytes = 0;
            throw e;
        }
    }

    /** One frame; empty if it is incomplete (then {@code in} is used up) or of an optional type. */
    private Optional<Message> nextFrame(ByteBuffer in) throws ProtocolException {
        if (frameBytes == 0) {
            if (!keepUpTo(MessageCodec.LENGTH_BYTES, in)) {
                return Optional.empty();
            }
            frameBytes = checkedLength(ByteBuffer.wrap(kept).getInt(0));
        }
        if (!keepUpTo(MessageCodec.LENGTH_BYTES + frameBytes, in)) {
            return Optional.empty();
        }
        ByteBuffer frame = ByteBuffer.wrap(kept, MessageCodec.LENGTH_BYTES, frameBytes);
        frameBytes = 0;
        keptBytes = 0;
        frames++;
        if (kept.length > MAX_IDLE_BYTES) {
            kept = new byte[INITIAL_BYTES];
        }
        return MessageCodec.decode(frame);
    }

    private int checkedLength(int length) throws ProtocolException {
        if (length == 0) {
            throw WireReader.malformed("frame of length 0");
        }
        if (length < 0 || length > maxFrameBytes) {
            throw new ProtocolException(
                    RefusalCode.FRAME_TOO_LARGE,
                    "frame of " + Integer.toUnsignedString(length) + " bytes; at most " + maxFrameBytes
                            + " are allowed");
        }
        return length;
    }

    private boolean keepUpTo(int wanted, ByteBuffer in) {
        int taken = Math.min(wanted - keptBytes, in.remaining());
        if (taken > 0) {
            if (kept.length < keptBytes + taken) {
                kept = Arrays.copyOf(kept, Math.min(wanted, Math.max(kept.length * 2, keptBytes + taken)));
            }
            in.get(kept, keptBytes, taken);
            keptBytes += taken;
        }
        return keptBytes >= wanted;
    }
}
