package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.spool.SpoolLimits;
import io.emberwatch.probe.testing.ForwardingSpool;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * A {@link DiskSpool} without a thread: the test says when the disk is written, forced and tidied, and sees its errors.
 */
public final class ManualSpool extends ForwardingSpool {
    private final SpoolIndex index;
    private final SpoolWriter writer;

    /** One that knows nothing of its directory yet. */
    public ManualSpool(SpoolFiles files, SpoolLimits limits, Clock clock, LongSupplier nanoTime, UUID kernelBootId) {
        this(files, limits, clock, nanoTime, kernelBootId, new SpoolIndex(limits, clock.instant(), nanoTime));
    }

    private ManualSpool(
            SpoolFiles files,
            SpoolLimits limits,
            Clock clock,
            LongSupplier nanoTime,
            UUID kernelBootId,
            SpoolIndex index) {
        this(files, index, new SpoolWriter(files, index, limits, clock, kernelBootId), nanoTime);
    }

    private ManualSpool(SpoolFiles files, SpoolIndex index, SpoolWriter writer, LongSupplier nanoTime) {
        super(new DiskSpool(files, index, new ByHand(writer), nanoTime));
        this.index = index;
        this.writer = writer;
    }

    public void open() throws IOException {
        writer.open();
    }

    public void write() throws IOException {
        writer.write();
    }

    public void force() throws IOException {
        writer.force();
    }

    public void tidy() throws IOException {
        writer.tidy();
    }

    public void close() throws IOException {
        writer.close();
    }

    /** Whether all readings are in files. */
    public boolean isWritten() {
        return index.unwritten(1).isEmpty();
    }

    private record ByHand(SpoolWriter writer) implements SpoolDriver {
        @Override
        public void appended() {
            // The test writes when it is time.
        }

        @Override
        public void bootIdDrawn() {
            try {
                writer.beginAnew();
            } catch (IOException e) {
                // It is written when the disk works again.
                return;
            }
        }

        @Override
        public Optional<String> trouble() {
            return Optional.empty();
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException("the test closes the writer");
        }
    }
}
