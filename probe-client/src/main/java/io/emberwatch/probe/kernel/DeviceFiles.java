package io.emberwatch.probe.kernel;

import io.emberwatch.probe.deadline.DeadlineCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * Reads the kernel's files with deadlines. A file of a device is answered by its driver, which may wait for a controller
 * that is dead. What measures (numbers) is read of a device as a whole, in one call: all that was wanted in the reading
 * before. So a device that hangs keeps one thread, and one that is slow has all its values, each some time old; within
 * one reading each is read once. Other files are judged each by itself. Thread-safe.
 */
final class DeviceFiles {
    private final DeadlineCalls calls;
    private final Map<Path, Device> devices = new ConcurrentHashMap<>();
    /** Read in this reading. */
    private final Map<Path, Optional<byte[]>> whole = new ConcurrentHashMap<>();

    private volatile int tidied;

    DeviceFiles(DeadlineCalls calls) {
        this.calls = calls;
    }

    /** What a file measures. */
    Optional<String> measured(Path file) {
        Path folder = file.getParent();
        tidy();
        return devices.computeIfAbsent(folder, Device::new).read(file);
    }

    /** A file that is no device's measurement, by itself. */
    Optional<String> text(Path file) {
        return answer(file.toString(), () -> read(file)).flatMap(text -> text);
    }

    Optional<byte[]> bytes(Path file) {
        tidy();
        return whole.computeIfAbsent(file, any -> answer(file.toString(), () -> Files.readAllBytes(file)));
    }

    List<Path> list(Path folder, Callable<List<Path>> list) {
        return answer(folder + "/", list).orElse(List.of());
    }

    static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException | SecurityException e) {
            return Optional.empty();
        }
    }

    private <T> Optional<T> answer(String what, Callable<T> call) {
        try {
            return calls.call(what, call);
        } catch (ExecutionException e) {
            return Optional.empty();
        }
    }

    /** Devices come and go. */
    private void tidy() {
        int reading = calls.readings();
        if (reading != tidied) {
            tidied = reading;
            whole.clear();
            devices.values().removeIf(device -> device.reading < reading - 2);
        }
    }

    /** One device's folder. */
    private final class Device {
        private final Path folder;
        private volatile int reading = -1;
        private boolean late;
        private Set<Path> wanted = new HashSet<>();
        private final Map<Path, Optional<String>> values = new HashMap<>();

        Device(Path folder) {
            this.folder = folder;
        }

        synchronized Optional<String> read(Path file) {
            if (reading != calls.readings()) {
                reading = calls.readings();
                values.clear();
                late = false;
                Set<Path> all = wanted;
                wanted = new HashSet<>();
                if (!all.isEmpty()) {
                    ask(all);
                }
            }
            wanted.add(file);
            if (!values.containsKey(file) && !late) {
                ask(Set.of(file));
            }
            return values.getOrDefault(file, Optional.empty());
        }

        private void ask(Set<Path> files) {
            Set<Path> asked = Set.copyOf(files);
            answer(folder.toString(), () -> readAll(asked)).ifPresent(values::putAll);
            // It is not asked twice in a reading, so that its next answer stands for all that is wanted.
            late = !values.keySet().containsAll(asked) || calls.isBusy(folder.toString());
        }

        private static Map<Path, Optional<String>> readAll(Set<Path> files) {
            Map<Path, Optional<String>> found = new HashMap<>();
            files.forEach(file -> found.put(file, DeviceFiles.read(file)));
            return found;
        }
    }
}
