package io.emberwatch.collector.store;

import java.nio.ByteBuffer;
import java.util.UUID;

/** UUIDs as BINARY(16). */
final class Uuids {
    private static final int BYTES = 16;

    private Uuids() {}

    static byte[] toBytes(UUID uuid) {
        return ByteBuffer.allocate(BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }

    static UUID fromBytes(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }
}
