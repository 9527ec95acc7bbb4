package io.emberwatch.probe.spool.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Keeps the {@link Checkpoint} in a file of fixed size: two slots, of which the one that was forced last is never
 * written to, so that one is whole whatever happens. It needs no room on a full disk. One thread.
 */
final class CheckpointFile {
    static final String NAME = "spool.checkpoint";
    private static final int SLOTS = 2;

    private final SpoolFiles files;
    private Optional<SpoolFiles.Writable> file = Optional.empty();
    private long generation;
    private int spare;
    private boolean isForced = true;

    CheckpointFile(SpoolFiles files) {
        this.files = files;
    }

    /** The newest one, if there is any. */
    Optional<Checkpoint> read() throws IOException {
        Optional<Checkpoint> newest = Optional.empty();
        for (int slot = 0; slot < SLOTS && files.exists(NAME); slot++) {
            ByteBuffer bytes = ByteBuffer.allocate(Checkpoint.BYTES);
            files.read(NAME, (long) slot * Checkpoint.BYTES, bytes);
            Optional<Checkpoint> found = Checkpoint.decode(bytes.clear());
            if (found.isPresent() && found.get().generation() >= generation) {
                newest = found;
                spare = SLOTS - 1 - slot;
                generation = found.get().generation();
            }
        }
        return newest;
    }

    /** Of the next checkpoint to write. */
    long nextGeneration() {
        return generation + 1;
    }

    void write(Checkpoint checkpoint) throws IOException {
        if (file.isEmpty()) {
            file = Optional.of(openOrCreate());
        }
        file.get().write((long) spare * Checkpoint.BYTES, checkpoint.encode());
        generation = checkpoint.generation();
        isForced = false;
    }

    void force() throws IOException {
        if (file.isPresent() && !isForced) {
            file.get().force();
            isForced = true;
            spare = SLOTS - 1 - spare;
        }
    }

    /** Lets go of the file, which may have been deleted. */
    void close() throws IOException {
        if (file.isPresent()) {
            SpoolFiles.Writable open = file.get();
            file = Optional.empty();
            open.close();
        }
    }

    private SpoolFiles.Writable openOrCreate() throws IOException {
        if (files.exists(NAME)) {
            SpoolFiles.Writable open = files.open(NAME);
            open.force();
            return open;
        }
        SpoolFiles.Writable created = files.create(NAME);
        created.write(0, ByteBuffer.allocate(SLOTS * Checkpoint.BYTES));
        return created;
    }
}
