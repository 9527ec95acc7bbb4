package io.emberwatch.probe.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Keeps the {@link SpoolState} in a file of fixed size: two slots, written in turn, so that one is whole whatever happens and
 * no room is needed on a full disk. One thread.
 */
final class StateFile {
    static final String NAME = "spool.state";
    private static final int SLOTS = 2;

    private final SpoolFiles files;
    private Optional<SpoolFiles.Writable> file = Optional.empty();
    private long generation;

    StateFile(SpoolFiles files) {
        this.files = files;
    }

    /** The newest one, if there is any. */
    Optional<SpoolState> read() throws IOException {
        Optional<SpoolState> newest = Optional.empty();
        for (int slot = 0; slot < SLOTS && files.exists(NAME); slot++) {
            ByteBuffer bytes = ByteBuffer.allocate(SpoolState.BYTES);
            files.read(NAME, (long) slot * SpoolState.BYTES, bytes);
            Optional<SpoolState> found = SpoolState.decode(bytes.clear());
            if (found.isPresent() && found.get().generation() >= generation) {
                newest = found;
                generation = found.get().generation();
            }
        }
        return newest;
    }

    /** Of the next state to write. */
    long nextGeneration() {
        return generation + 1;
    }

    void write(SpoolState state) throws IOException {
        if (file.isEmpty()) {
            file = Optional.of(openOrCreate());
        }
        file.get().write(Math.floorMod(state.generation(), SLOTS) * (long) SpoolState.BYTES, state.encode());
        generation = state.generation();
    }

    void force() throws IOException {
        if (file.isPresent()) {
            file.get().force();
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
            return files.open(NAME);
        }
        SpoolFiles.Writable created = files.create(NAME);
        created.write(0, ByteBuffer.allocate(SLOTS * SpoolState.BYTES));
        return created;
    }
}
