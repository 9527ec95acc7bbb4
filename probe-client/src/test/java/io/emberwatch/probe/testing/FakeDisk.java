package io.emberwatch.probe.testing;

import io.emberwatch.probe.spool.disk.SpoolFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A disk with its page cache. What is written is seen at once, and survives {@link #crashProcess}; {@link
 * #crashMachine} keeps of what was not forced any part, sector by sector, of files as of the directory. Can be full,
 * read-only, broken and lying. Deterministic in its seed. Not thread-safe.
 */
public final class FakeDisk implements SpoolFiles {
    private static final int SECTOR = 512;

    private final Random random;
    private SortedMap<String, File> cached = new TreeMap<>();
    private SortedMap<String, File> onPlatter = new TreeMap<>();
    private UUID kernelBootId;
    private long capacity = Long.MAX_VALUE;
    private boolean readOnly;
    private int writesUntilError = -1;
    private int forcesUntilError = -1;
    private int deletesUntilError = -1;
    private int failedForces;
    private boolean readsFail;
    private boolean forcesAreLies;

    public FakeDisk(long seed) {
        this.random = new Random(seed);
        this.kernelBootId = drawUuid();
    }

    /** Changes with each crash of the machine. */
    public UUID kernelBootId() {
        return kernelBootId;
    }

    /** The process is gone. */
    public void crashProcess() {
        // What it has written stays.
    }

    /** Power is lost, and comes back. */
    public void crashMachine() {
        kernelBootId = drawUuid();
        SortedMap<String, File> survivors = new TreeMap<>();
        for (Map.Entry<String, File> entry : union().entrySet()) {
            boolean before = onPlatter.get(entry.getKey()) == entry.getValue();
            boolean now = cached.get(entry.getKey()) == entry.getValue();
            if ((before && now) || random.nextBoolean()) {
                survivors.putIfAbsent(entry.getKey(), entry.getValue());
            }
        }
        survivors.values().forEach(file -> file.loseWhatIsNotForced(random));
        cached = survivors;
        onPlatter = new TreeMap<>(survivors);
    }

    /** How many bytes files may have together. */
    public void setCapacity(long bytes) {
        capacity = bytes;
    }

    public void setReadOnly(boolean on) {
        readOnly = on;
    }

    /** Each read fails. */
    public void setReadsFail(boolean on) {
        readsFail = on;
    }

    /** Forcing does nothing and says that all is well. */
    public void setForcesAreLies(boolean on) {
        forcesAreLies = on;
    }

    /** After so many more writes one fails, with a part of it done. */
    public void failWriteAfter(int writes) {
        writesUntilError = writes;
    }

    /** After so many more forces one fails, and what it was to force counts as clean, as with Linux. */
    public void failForceAfter(int forces) {
        forcesUntilError = forces;
    }

    /** How many forces have failed so far. */
    public int failedForces() {
        return failedForces;
    }

    public void failDeleteAfter(int deletes) {
        deletesUntilError = deletes;
    }

    /** No more errors, and room enough. */
    public void heal() {
        capacity = Long.MAX_VALUE;
        readOnly = false;
        readsFail = false;
        writesUntilError = -1;
        forcesUntilError = -1;
        deletesUntilError = -1;
    }

    /** Turns one bit somewhere in a file, if it has any. */
    public void flipBit(String name) {
        File file = cached.get(name);
        if (file.size > 0) {
            int at = random.nextInt(file.size);
            file.cache[at] ^= (byte) (1 << random.nextInt(8));
            file.markClean(at);
        }
    }

    /** Cuts a file off. */
    public void truncate(String name, int bytes) {
        File file = cached.get(name);
        file.size = Math.min(file.size, bytes);
        file.platterSize = Math.min(file.platterSize, bytes);
    }

    /** Puts a file there, as somebody else might; it is on the platter at once. */
    public void put(String name, byte[] content) {
        File file = new File();
        file.write(0, content);
        file.force();
        cached.put(name, file);
        onPlatter.put(name, file);
    }

    /** Deletes everything, as somebody else might. */
    public void deleteAll() {
        cached.clear();
        onPlatter.clear();
    }

    public long bytes() {
        return cached.values().stream().mapToLong(file -> file.size).sum();
    }

    public byte[] content(String name) {
        return Arrays.copyOf(cached.get(name).cache, cached.get(name).size);
    }

    @Override
    public void prepare() {
        // Who has the directory is the business of the real one.
    }

    @Override
    public SortedMap<String, Long> list() throws IOException {
        failReads();
        SortedMap<String, Long> sizes = new TreeMap<>();
        cached.forEach((name, file) -> sizes.put(name, (long) file.size));
        return sizes;
    }

    @Override
    public boolean exists(String name) {
        return cached.containsKey(name);
    }

    @Override
    public void read(String name, long offset, ByteBuffer into) throws IOException {
        failReads();
        File file = existing(name);
        int length = (int) Math.max(0, Math.min(into.remaining(), file.size - offset));
        into.put(file.cache, (int) Math.min(offset, file.size), length);
    }

    @Override
    public Writable create(String name) throws IOException {
        failIfReadOnly();
        if (cached.containsKey(name)) {
            throw new FileAlreadyExistsException(name);
        }
        File file = new File();
        cached.put(name, file);
        return new Open(file);
    }

    @Override
    public Writable open(String name) throws IOException {
        failIfReadOnly();
        return new Open(existing(name));
    }

    @Override
    public void delete(String name) throws IOException {
        failIfReadOnly();
        if (deletesUntilError >= 0 && deletesUntilError-- == 0) {
            throw new IOException("Input/output error");
        }
        cached.remove(name);
    }

    @Override
    public void forceDirectory() throws IOException {
        failForces();
        if (!forcesAreLies) {
            onPlatter = new TreeMap<>(cached);
        }
    }

    @Override
    public void close() {
        // There is nothing to let go of.
    }

    private UUID drawUuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    /** Every file that may survive, those of the platter first. */
    private Map<String, File> union() {
        Map<String, File> all = new TreeMap<>(onPlatter);
        // Of two files of one name, an old one deleted and a new one, the newer counts: its entry replaced the other.
        all.putAll(cached);
        return all;
    }

    private File existing(String name) throws IOException {
        File file = cached.get(name);
        if (file == null) {
            throw new NoSuchFileException(name);
        }
        return file;
    }

    private void failReads() throws IOException {
        if (readsFail) {
            throw new IOException("Input/output error");
        }
    }

    private void failIfReadOnly() throws IOException {
        if (readOnly) {
            throw new FileNotFoundException("Read-only file system");
        }
    }

    private void failForces() throws IOException {
        if (forcesUntilError >= 0 && forcesUntilError-- == 0) {
            failedForces++;
            throw new IOException("Input/output error");
        }
    }

    private final class Open implements Writable {
        private final File file;

        Open(File file) {
            this.file = file;
        }

        @Override
        public void write(long offset, ByteBuffer bytes) throws IOException {
            failIfReadOnly();
            byte[] content = new byte[bytes.remaining()];
            bytes.get(content);
            long growth = Math.max(0, offset + content.length - file.size);
            long room = Math.max(0, capacity - bytes());
            boolean error = writesUntilError >= 0 && writesUntilError-- == 0;
            int fitting = error
                    ? random.nextInt(content.length)
                    : (int) (growth > room ? Math.max(0, content.length - growth + room) : content.length);
            file.write((int) offset, Arrays.copyOf(content, fitting));
            if (error) {
                throw new IOException("Input/output error");
            }
            if (fitting < content.length) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public void force() throws IOException {
            try {
                failForces();
            } catch (IOException e) {
                file.forgetDirty();
                throw e;
            }
            if (!forcesAreLies) {
                file.force();
            }
        }

        @Override
        public void close() {
            // There is nothing to let go of.
        }
    }

    /** The content as it is seen, and as it is on the platter. */
    private static final class File {
        private byte[] cache = new byte[0];
        private int size;
        private byte[] platter = new byte[0];
        private int platterSize;
        /** Sectors that an error kept from the platter and that nobody will try again. */
        private final List<Integer> abandoned = new ArrayList<>();

        void write(int offset, byte[] bytes) {
            if (offset + bytes.length > cache.length) {
                cache = Arrays.copyOf(cache, Math.max(2 * cache.length, offset + bytes.length));
            }
            System.arraycopy(bytes, 0, cache, offset, bytes.length);
            size = Math.max(size, offset + bytes.length);
            abandoned.removeIf(sector -> offset / SECTOR <= sector && sector <= (offset + bytes.length - 1) / SECTOR);
        }

        void force() {
            byte[] before = platter;
            platter = Arrays.copyOf(cache, size);
            for (int sector : abandoned) {
                copySector(before, platter, sector);
            }
            platterSize = size;
        }

        void forgetDirty() {
            for (int sector = 0; sector * SECTOR < size; sector++) {
                if (isDirty(sector) && !abandoned.contains(sector)) {
                    abandoned.add(sector);
                }
            }
        }

        void markClean(int at) {
            if (at < platter.length) {
                platter[at] = cache[at];
            }
        }

        void loseWhatIsNotForced(Random random) {
            int length = platterSize == size
                    ? size
                    : Math.min(size, platterSize) + random.nextInt(Math.abs(size - platterSize) + 1);
            byte[] left = Arrays.copyOf(platter, length);
            for (int sector = 0; sector * SECTOR < length; sector++) {
                if (!abandoned.contains(sector) && random.nextBoolean()) {
                    copySector(cache, left, sector);
                }
            }
            cache = left;
            size = length;
            platter = left.clone();
            platterSize = length;
            abandoned.clear();
        }

        private boolean isDirty(int sector) {
            for (int i = sector * SECTOR; i < Math.min(size, (sector + 1) * SECTOR); i++) {
                if (i >= platterSize || platter[i] != cache[i]) {
                    return true;
                }
            }
            return false;
        }

        private static void copySector(byte[] from, byte[] to, int sector) {
            for (int i = sector * SECTOR; i < Math.min(to.length, (sector + 1) * SECTOR); i++) {
                to[i] = i < from.length ? from[i] : 0;
            }
        }
    }
}
