package io.emberwatch.probe.spool.disk;

import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/** Says when the {@link Checkpoint} is written: if it has something new to say, and not for each reading. One thread. */
final class CheckpointWriter {
    /** Readings may come by the ten thousand in a second; the state need not. */
    private static final long EVERY_MILLIS = 100;

    private final CheckpointFile file;
    private final SpoolIndex book;
    private final UUID kernelBootId;
    private Optional<Checkpoint> saved = Optional.empty();
    private boolean isUrgent = true;

    CheckpointWriter(CheckpointFile file, SpoolIndex book, UUID kernelBootId) {
        this.kernelBootId = kernelBootId;
        this.file = file;
        this.book = book;
    }

    /** The next one is not put off. */
    void hurry() {
        isUrgent = true;
    }

    void saveNowAndThen() {
        if (isUrgent || saved.isEmpty() || book.runningMillis() - saved.get().runningMillis() >= EVERY_MILLIS) {
            save();
        }
    }

    /** An old state costs no reading, so an error is no reason to stop. */
    void save() {
        Checkpoint state = book.state(file.nextGeneration(), kernelBootId);
        if (saved.filter(state::saysTheSameAs).isPresent()) {
            return;
        }
        try {
            file.write(state);
            saved = Optional.of(state);
            isUrgent = false;
        } catch (IOException e) {
            close();
        }
    }

    /** After an error the state is written again, since a second try to force the same bytes would only seem to succeed. */
    void force() throws IOException {
        try {
            file.force();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Lets go of the file, which may have been deleted or be broken; the next state is written in any case. */
    void close() {
        saved = Optional.empty();
        try {
            file.close();
        } catch (IOException e) {
            // What counts was forced, or is written again.
            return;
        }
    }
}
