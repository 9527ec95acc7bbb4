package io.emberwatch.probe.gpu.sysfs;

import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.MetricValues;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The files of one GPU during one reading. It keeps in mind whether any that the hardware has to answer did so: a
 * driver goes on to report what it knows by heart of a GPU that is long gone. One for each reading; not thread-safe.
 */
final class GpuFiles {
    private boolean answered;
    private Optional<IOException> failure = Optional.empty();

    /** A number that the GPU itself must report. */
    OptionalLong live(Path file) {
        OptionalLong value = number(liveText(file));
        answered |= value.isPresent();
        return value;
    }

    /** A text that the GPU itself must report. */
    Optional<String> liveText(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            failure = Optional.of(e);
            return Optional.empty();
        } catch (SecurityException e) {
            return Optional.empty();
        }
    }

    /** A number that its driver may know without asking it. */
    OptionalLong stored(Path file) {
        return number(storedText(file));
    }

    /** A text that its driver may know without asking it. */
    Optional<String> storedText(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException | SecurityException e) {
            return Optional.empty();
        }
    }

    /** Whether the GPU has reported a number. */
    boolean answered() {
        return answered;
    }

    /**
     * What stopped the GPU from reporting anything, in the words of the kernel; empty if there were no files to read.
     */
    String reason() {
        return failure.map(IOException::toString).orElse("its driver shows no values any more");
    }

    /** What is wrong with a GPU that has not answered. */
    GpuFault fault() {
        return failure.map(GpuFiles::faultOf).orElse(GpuFault.UNREADABLE);
    }

    private static GpuFault faultOf(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return GpuFault.NO_PERMISSION;
        }
        // In Java the kernel's ENODEV and EIO differ by their messages alone. In another language than English it is
        // UNREADABLE.
        String words = String.valueOf(failure.getMessage());
        return words.contains("No such device") || words.contains("Input/output error")
                ? GpuFault.LOST
                : GpuFault.UNREADABLE;
    }

    private static OptionalLong number(Optional<String> text) {
        try {
            return text.map(digits -> OptionalLong.of(Long.parseLong(digits))).orElse(OptionalLong.empty());
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * What reports one kind of value of a GPU. It keeps what it found when the GPU was surveyed; read by one thread at
     * a time.
     */
    interface Reader {
        /** Whether there is anything to read. Asks files, not the GPU. */
        boolean isThere();

        /** Adds the values that can be read now. */
        void read(GpuFiles files, MetricValues.Builder values);
    }
}
