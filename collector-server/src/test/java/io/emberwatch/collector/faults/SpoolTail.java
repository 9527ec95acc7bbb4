package io.emberwatch.collector.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The end of a spool whose probe is not running, and what a power failure may do to it: the newest segment is shorter
 * than it was, or as long as it was and full of zeros or of something else at its end.
 */
final class SpoolTail {
    private static final int MOST_BYTES = 300;
    /** No record of a reading is shorter. */
    private static final int SHORTEST_RECORD_BYTES = 20;
    /** A file's head is written and forced long before its end. */
    private static final int HEAD_BYTES = 256;

    private final Path folder;
    private final Random random;

    SpoolTail(Path folder, Random random) {
        this.folder = folder;
        this.random = random;
    }

    /** Returns what was done, for people. */
    String tear() throws IOException {
        List<Path> segments = segments();
        if (segments.isEmpty()) {
            return "there was no segment";
        }
        Path newest = segments.get(segments.size() - 1);
        try (FileChannel file = FileChannel.open(newest, StandardOpenOption.WRITE)) {
            long room = file.size() - HEAD_BYTES;
            if (room < 1) {
                return newest.getFileName() + " was too short to tear";
            }
            int bytes = 1 + random.nextInt((int) Math.min(MOST_BYTES, room));
            return switch (random.nextInt(3)) {
                case 0 -> {
                    // Never exactly between two records: then nobody could notice it, and only a new boot of the kernel
                    // does.
                    file.truncate(file.size() - bytes);
                    file.write(ByteBuffer.allocate(3), file.size());
                    yield bytes + " bytes cut off " + newest.getFileName();
                }
                case 1 -> {
                    file.write(ByteBuffer.allocate(bytes), file.size() - bytes);
                    yield bytes + " bytes of zeros at the end of " + newest.getFileName();
                }
                default -> {
                    byte[] noise = new byte[bytes];
                    random.nextBytes(noise);
                    file.write(ByteBuffer.wrap(noise), file.size() - bytes);
                    yield bytes + " bytes of noise at the end of " + newest.getFileName();
                }
            };
        }
    }

    /** At most so many of the newest readings are gone; one may be hit only in part. */
    int mostReadingsLost() {
        return MOST_BYTES / SHORTEST_RECORD_BYTES + 1;
    }

    private List<Path> segments() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".seg"))
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
        }
    }
}
