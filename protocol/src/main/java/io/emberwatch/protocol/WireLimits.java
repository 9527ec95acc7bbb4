package io.emberwatch.protocol;

/** Sizes that no message may exceed, whatever a peer asks for. All are checked when encoding and when decoding. */
public final class WireLimits {
    /** The largest frame before WELCOME: type and body, without the length field. */
    public static final int MAX_FRAME_BYTES_BEFORE_WELCOME = 1024;
    /** The largest frame after WELCOME: type and body, without the length field. */
    public static final int MAX_FRAME_BYTES = 64 * 1024;

    public static final int MAX_READINGS_PER_FRAME = 1000;
    public static final int MAX_GPUS = 64;
    /** XID errors of one GPU in one reading. */
    public static final int MAX_XIDS = 16;

    public static final int MAX_XID = 65_535;
    /** Processes in one message, of all GPUs together. */
    public static final int MAX_GPU_PROCESSES = 100;
    /** Length of a machine name, in characters; they are ASCII, so in bytes too. */
    public static final int MAX_MACHINE_NAME_LENGTH = 64;
    /** Length of any other text, in bytes of UTF-8. */
    public static final int MAX_TEXT_BYTES = 255;

    public static final int MAX_VERSIONS = 16;
    /** The largest sequence; one less than a signed 64-bit number holds, so that the next one never overflows. */
    public static final long MAX_SEQUENCE = Long.MAX_VALUE - 1;
    /** The longest duration, a little less than 25 days. */
    public static final long MAX_DURATION_MILLIS = Integer.MAX_VALUE;

    private WireLimits() {}
}
