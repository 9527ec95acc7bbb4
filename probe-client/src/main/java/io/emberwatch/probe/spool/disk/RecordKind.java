package io.emberwatch.probe.spool.disk;

/** The kinds of records, as they stand on disk. A number never changes its meaning; unknown ones are skipped. */
final class RecordKind {
    /**
     * u64 sequence, i64 taken at (ms, UTC), u32 CRC-32C of the CARDS that it needs (0: none), then a READINGS frame of it alone,
     * from its type on.
     */
    static final int READING = 1;
    /** u8 count, then that many UUIDs of GPUs (u16 length, UTF-8): what the indexes in READING mean from here on. */
    static final int CARDS = 2;
    /** Nothing: the spool was closed in good order, and all before this is on disk. */
    static final int CLOSED = 3;

    private RecordKind() {}
}
