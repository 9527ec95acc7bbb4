package io.emberwatch.probe.model;

import io.emberwatch.probe.spool.disk.SpoolFiles;
import io.emberwatch.probe.testing.FakeDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.zip.CRC32C;

/** Corrects the CRC of each record as it is read, as if the spool did not check it. */
final class CrcRepairingFiles implements SpoolFiles {
    private static final int HEADER_BYTES = 76;
    private static final int PREFIX_BYTES = 8;

    private final FakeDisk disk;

    CrcRepairingFiles(FakeDisk disk) {
        this.disk = disk;
    }

    @Override
    public void read(String name, long offset, ByteBuffer into) throws IOException {
        if (!name.endsWith(".seg")) {
            disk.read(name, offset, into);
            return;
        }
        ByteBuffer file = ByteBuffer.wrap(disk.content(name));
        for (int at = HEADER_BYTES; at + PREFIX_BYTES < file.limit(); ) {
            int length = file.getInt(at);
            if (length < 1 || length > file.limit() - at - PREFIX_BYTES) {
                break;
            }
            file.putInt(at + Integer.BYTES, crc(name, length, file.slice(at + PREFIX_BYTES, length)));
            at += PREFIX_BYTES + length;
        }
        int from = (int) Math.min(offset, file.limit());
        into.put(file.slice(from, Math.min(into.remaining(), file.limit() - from)));
    }

    @Override
    public void prepare() throws IOException {
        disk.prepare();
    }

    @Override
    public SortedMap<String, Long> list() throws IOException {
        return disk.list();
    }

    @Override
    public boolean exists(String name) {
        return disk.exists(name);
    }

    @Override
    public Writable create(String name) throws IOException {
        return disk.create(name);
    }

    @Override
    public Writable open(String name) throws IOException {
        return disk.open(name);
    }

    @Override
    public void delete(String name) throws IOException {
        disk.delete(name);
    }

    @Override
    public void forceDirectory() throws IOException {
        disk.forceDirectory();
    }

    @Override
    public void close() {
        disk.close();
    }

    private static int crc(String name, int length, ByteBuffer content) {
        CRC32C crc = new CRC32C();
        long firstSequence = Long.parseLong(name.substring(0, name.indexOf('.')));
        crc.update(ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(firstSequence)
                .putInt(length)
                .flip());
        crc.update(content);
        return (int) crc.getValue();
    }
}
