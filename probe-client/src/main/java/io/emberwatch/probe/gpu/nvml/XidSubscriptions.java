package io.emberwatch.probe.gpu.nvml;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is listened to: a set of events for each GPU, because NVML fails a whole set for one GPU that is lost, and the
 * others would not be heard. A GPU whose set fails is tried again now and then. Only for a caller of the session, or
 * when there is none.
 */
final class XidSubscriptions {
    static final Duration TRIED_AGAIN_AFTER = Duration.ofMinutes(5);

    /** The shortest time that certainly is one. */
    private static final Duration AT_ONCE = Duration.ofMillis(1);
    /** In a storm of errors, the other GPUs want to be heard too. */
    private static final int MOST_AT_ONCE = 100;

    private static final Logger LOG = LoggerFactory.getLogger(XidSubscriptions.class);

    private final LongSupplier nanoTime;
    private final Map<Nvml.Device, Nvml.Events> open = new HashMap<>();
    private final Map<Nvml.Device, Long> failedNanos = new HashMap<>();
    private final Set<Nvml.Device> silent = new HashSet<>();

    /** @param nanoTime {@link System#nanoTime()} */
    XidSubscriptions(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Begins to listen to those of these GPUs that it does not listen to yet.
     *
     * @throws NvmlException if NVML itself is no longer what it was
     */
    void open(Nvml nvml, Set<Nvml.Device> devices) throws NvmlException {
        for (Nvml.Device device : devices) {
            if (!open.containsKey(device) && !silent.contains(device) && isDue(device)) {
                try {
                    open.put(device, nvml.listen(device));
                    failedNanos.remove(device);
                } catch (NvmlException e) {
                    failed(device, e);
                }
            }
        }
    }

    /**
     * Takes what the GPUs have reported since the last time. NVML keeps it until then, so nobody has to wait for it: a
     * wait at each GPU in turn would wake this thread many times a second.
     *
     * @throws NvmlException if NVML itself is no longer what it was
     */
    void take(BiConsumer<Nvml.Device, Nvml.Event> sink) throws NvmlException {
        for (Nvml.Device device : List.copyOf(open.keySet())) {
            try {
                takeOf(device, sink);
            } catch (NvmlException e) {
                open.remove(device).close();
                failed(device, e);
            }
        }
    }

    private void takeOf(Nvml.Device device, BiConsumer<Nvml.Device, Nvml.Event> sink) throws NvmlException {
        for (int i = 0; i < MOST_AT_ONCE; i++) {
            var event = open.get(device).await(AT_ONCE);
            if (event.isEmpty()) {
                return;
            }
            sink.accept(device, event.get());
        }
    }

    private boolean isDue(Nvml.Device device) {
        Long failed = failedNanos.get(device);
        return failed == null || nanoTime.getAsLong() - failed >= TRIED_AGAIN_AFTER.toNanos();
    }

    private void failed(Nvml.Device device, NvmlException e) throws NvmlException {
        if (e.code().isStale()) {
            throw e;
        }
        LOG.debug("XID errors of a card are not heard: {}", e.getMessage());
        if (e.code().isUnsupported()) {
            silent.add(device);
        } else {
            failedNanos.put(device, nanoTime.getAsLong());
        }
    }

    /** The GPUs whose errors are heard. */
    Set<Nvml.Device> listenedTo() {
        return Set.copyOf(open.keySet());
    }

    /** Whether none of these GPUs will ever report an error. */
    boolean areSilent(Set<Nvml.Device> devices) {
        return silent.containsAll(devices);
    }

    /** Listens to nothing any more. */
    void close() {
        open.values().forEach(Nvml.Events::close);
        open.clear();
        failedNanos.clear();
        silent.clear();
    }
}
