package io.emberwatch.probe.sample;

import com.sun.jna.Function;
import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Asks the kernel how full the filesystem at a path is ({@code statvfs(3)}). May hang where the filesystem does. The JDK
 * knows no inodes, does not say why it fails, and cannot name every path.
 */
final class StatVfs {
    /** More than any libc writes. */
    private static final int BYTES = 512;

    private static final int NO_PERMISSION = 1;
    private static final int NO_ACCESS = 13;
    private static final int NOT_FOUND = 2;
    private static final int IO_ERROR = 5;

    private StatVfs() {}

    /**
     * Blocks and inodes of one filesystem; inodes are 0 where it has no fixed number of them.
     *
     * @param total 0 if it has none
     * @param free including what is reserved for root
     * @param usable what ordinary users may still fill
     */
    record Space(long total, long free, long usable, long inodes, long freeInodes, long usableInodes) {
        /** As {@code df} says it. */
        OptionalDouble usedPercent() {
            return percent(total - free, usable);
        }

        /** As {@code df -i} says it. */
        OptionalDouble inodesUsedPercent() {
            return inodes > 0 ? percent(inodes - freeInodes, usableInodes) : OptionalDouble.empty();
        }

        private static OptionalDouble percent(long used, long usable) {
            // Unsigned in the kernel: btrfs and others have reported less than nothing.
            return used >= 0 && usable >= 0 && used + usable > 0
                    ? OptionalDouble.of(100.0 * used / (used + usable))
                    : OptionalDouble.empty();
        }
    }

    /**
     * The space of the filesystem at a path.
     *
     * @param path each character a byte
     * @throws IOException that says why it cannot be asked, and what to do
     */
    static Space at(String path) throws IOException {
        // Words of the machine, and counts of 64 bits: also where "long" has 32.
        boolean wide = Native.LONG_SIZE == Long.BYTES;
        Memory result = new Memory(BYTES);
        result.clear();
        try {
            NativeLibrary.getInstance(Platform.C_LIBRARY_NAME)
                    .getFunction(wide ? "statvfs" : "statvfs64", Function.THROW_LAST_ERROR)
                    .invokeInt(new Object[] {terminated(path), result});
        } catch (LastErrorException e) {
            throw new IOException(why(e.getErrorCode(), path), e);
        }
        long counts = 2L * Native.LONG_SIZE;
        return new Space(
                result.getLong(counts),
                result.getLong(counts + 8),
                result.getLong(counts + 16),
                result.getLong(counts + 24),
                result.getLong(counts + 32),
                result.getLong(counts + 40));
    }

    private static Memory terminated(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.ISO_8859_1);
        Memory text = new Memory(bytes.length + 1L);
        text.write(0, bytes, 0, bytes.length);
        text.setByte(bytes.length, (byte) 0);
        return text;
    }

    private static String why(int error, String path) {
        return switch (error) {
            case NO_PERMISSION, NO_ACCESS -> {
                String user = System.getProperty("user.name", "?");
                yield closedFolder(path)
                        .map(folder -> "the user %s may not enter %s; let it: setfacl -m u:%s:x '%s'"
                                .formatted(user, folder, user, folder))
                        .orElse("the user " + user + " has no permission");
            }
            case NOT_FOUND -> "its mount point is not there";
            case IO_ERROR -> "input/output error: it is shut down, or its disk is gone; see dmesg";
            default -> "error " + error;
        };
    }

    /** The first folder on the way that this user may not enter. */
    private static Optional<String> closedFolder(String path) {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String folder = path.substring(0, slash);
            try {
                NativeLibrary.getInstance(Platform.C_LIBRARY_NAME)
                        .getFunction("access", Function.THROW_LAST_ERROR)
                        .invokeInt(new Object[] {terminated(folder), 1});
            } catch (LastErrorException e) {
                return Optional.of(new String(folder.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
            }
        }
        return Optional.empty();
    }
}
