package io.emberwatch.probe.spool.disk;

import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * Says when the {@link Checkpoint} is written: if it has something new to say, and not for each reading. One thread.
 */
final class CheckpointWriter {
    /** Readings may come by the ten thousand in a second; the checkpoint need not. */
    private static final long EVERY_MILLIS = 100;

    private final CheckpointFile file;
    private final SpoolIndex index;
    private final UUID kernelBootId;
    private Optional<Checkpoint> saved = Optional.empty();
    private boolean isUrgent = true;

    CheckpointWriter(CheckpointFile file, SpoolIndex index, UUID kernelBootId) {
        this.kernelBootId = kernelBootId;
        this.file = file;
        this.index = index;
    }

    /** The next one is not delayed. */
    void hurry() {
        isUrgent = true;
    }

    void saveIfDue() {
        if (isUrgent || saved.isEmpty() || index.runningMillis() - saved.get().runningMillis() >= EVERY_MILLIS) {
            save();
        }
    }

    /** An old checkpoint costs no reading, so an error is no reason to stop. */
    void save() {
        Checkpoint checkpoint = index.checkpoint(file.nextGeneration(), kernelBootId);
        if (saved.filter(checkpoint::saysTheSameAs).isPresent()) {
            return;
        }
        try {
            file.write(checkpoint);
            saved = Optional.of(checkpoint);
            isUrgent = false;
        } catch (IOException e) {
            close();
        }
    }

    /**
     * After an error the checkpoint is written again, since a second try to force the same bytes would only seem to
     * succeed.
     */
    void force() throws IOException {
        try {
            file.force();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Lets go of the file, which may have been deleted or be broken; the next checkpoint is written in any case. */
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
