package io.emberwatch.probe.gpu.nvml;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** NVML without a library: plays the same scenes as {@code src/test/c/fake-nvml.c}, by the same lines. */
final class FakeNvml implements Nvml {
    /** What a GPU answers to who wants to listen. */
    static final String LISTENING = "events";

    final AtomicInteger inits = new AtomicInteger();
    /** How often it was asked how many GPUs there are, which each survey does. */
    final AtomicInteger counts = new AtomicInteger();

    final AtomicInteger unloads = new AtomicInteger();
    final AtomicInteger shutdowns = new AtomicInteger();
    final AtomicInteger temperatureCalls = new AtomicInteger();
    /** Calls under way when it was shut down, which NVML may not survive. */
    final AtomicInteger callsDuringShutdown = new AtomicInteger();

    /** Calls for a GPU, but for those of the thread that listens for XID errors: it asks when it likes. */
    final AtomicInteger questions = new AtomicInteger();

    private final AtomicInteger callers = new AtomicInteger();
    private final boolean old;
    private Map<String, String> scene = Map.of();
    private int beginning;
    private long epoch;

    /** @param old whether it lacks what older drivers lack */
    FakeNvml(boolean old) {
        this.old = old;
    }

    synchronized void play(List<String> lines) {
        Map<String, String> next = new HashMap<>();
        lines.forEach(
                line -> next.putIfAbsent(line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1)));
        scene = next;
        notifyAll();
    }

    @Override
    public synchronized void init() throws NvmlException {
        inits.incrementAndGet();
        refuse("init", "nvmlInit");
        epoch = number("epoch").orElse(0L);
        beginning = inits.get();
    }

    @Override
    public synchronized void shutdown() {
        shutdowns.incrementAndGet();
        callsDuringShutdown.addAndGet(callers.get());
        beginning = 0;
    }

    @Override
    public void unload() {
        unloads.incrementAndGet();
    }

    @Override
    public synchronized String driverVersion() throws NvmlException {
        if (!scene.containsKey("driver")) {
            throw new NvmlException(NvmlCode.NOT_SUPPORTED, "driver");
        }
        return scene.get("driver");
    }

    @Override
    public synchronized int deviceCount() throws NvmlException {
        counts.incrementAndGet();
        requireRunning();
        return number("count").orElse(0L).intValue();
    }

    @Override
    public synchronized Device device(int index) throws NvmlException {
        requireRunning();
        if (index >= number("count").orElse(0L)) {
            throw new NvmlException(NvmlCode.INVALID_ARGUMENT, "device");
        }
        refuse(index + ".handle!", "device");
        return new FakeDevice(this, index, beginning);
    }

    @Override
    public Events listen(Device device) throws NvmlException {
        ((FakeDevice) device).register();
        return new FakeEvents(((FakeDevice) device).index());
    }

    /** Reports every error that a scene has; the real NVML often leaves out the worst, and those of MIG instances. */
    private final class FakeEvents implements Events {
        private final int gpu;
        private Optional<Long> reportedXid;

        private FakeEvents(int gpu) {
            this.gpu = gpu;
            synchronized (FakeNvml.this) {
                reportedXid = number(gpu + ".xid");
            }
        }

        @Override
        public Optional<Event> await(Duration timeout) throws NvmlException {
            long until = System.nanoTime() + timeout.toNanos();
            synchronized (FakeNvml.this) {
                callers.incrementAndGet();
                try {
                    return next(until);
                } finally {
                    callers.decrementAndGet();
                }
            }
        }

        private Optional<Event> next(long until) throws NvmlException {
            synchronized (FakeNvml.this) {
                while (true) {
                    requireRunning();
                    refuse(gpu + ".wait!", "wait");
                    Optional<Long> xid = number(gpu + ".xid");
                    if (xid.isPresent() && !xid.equals(reportedXid)) {
                        reportedXid = xid;
                        return Optional.of(new Event(new FakeDevice(FakeNvml.this, gpu, beginning), xid.get()));
                    }
                    long millis = (until - System.nanoTime()) / 1_000_000;
                    if (millis <= 0) {
                        return Optional.empty();
                    }
                    try {
                        FakeNvml.this.wait(millis);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        }

        @Override
        public void close() {}
    }

    private void requireRunning() throws NvmlException {
        if (beginning == 0 || epoch != number("epoch").orElse(0L)) {
            throw new NvmlException(NvmlCode.UNINITIALIZED, "any function");
        }
    }

    private Optional<Long> number(String key) {
        return Optional.ofNullable(scene.get(key)).map(Long::decode);
    }

    private void refuse(String key, String function) throws NvmlException {
        NvmlCode code = NvmlCode.of(number(key).orElse(0L).intValue());
        if (code != NvmlCode.SUCCESS) {
            throw new NvmlException(code, function);
        }
    }

    /** What a GPU answers before it looks for the value; hangs while the scene says so. */
    private synchronized void answer(FakeDevice gpu, String name) throws NvmlException {
        callers.incrementAndGet();
        if (!name.equals(LISTENING)) {
            questions.incrementAndGet();
        }
        try {
            requireRunning();
            if (gpu.beginning() != beginning) {
                throw new NvmlException(NvmlCode.INVALID_ARGUMENT, name);
            }
            while (scene.containsKey(gpu.index() + ".hang")) {
                wait();
            }
            refuse(gpu.index() + ".all", name);
            refuse(gpu.index() + "." + name + "!", name);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            callers.decrementAndGet();
        }
    }

    synchronized String text(FakeDevice gpu, String name) throws NvmlException {
        answer(gpu, name);
        String value = scene.get(gpu.index() + "." + name);
        if (value == null) {
            throw new NvmlException(NvmlCode.NOT_SUPPORTED, name);
        }
        return value;
    }

    long number(FakeDevice gpu, String name) throws NvmlException {
        return Long.decode(text(gpu, name));
    }

    synchronized Optional<Long> numberIfAny(FakeDevice gpu, String name) throws NvmlException {
        answer(gpu, name);
        return number(gpu.index() + "." + name);
    }

    /** One call, however many fields; each is answered or refused by itself, if the driver does not refuse them all. */
    synchronized List<FieldAnswer> fields(FakeDevice gpu, List<Field> fields) throws NvmlException {
        answer(gpu, "fields");
        long max = number(gpu.index() + ".field_max").orElse(Long.MAX_VALUE);
        if (fields.stream().anyMatch(field -> field.number > max)) {
            throw new NvmlException(NvmlCode.INVALID_ARGUMENT, "fields");
        }
        return fields.stream().map(field -> fieldAnswer(gpu, field)).toList();
    }

    private FieldAnswer fieldAnswer(FakeDevice gpu, Field field) {
        if (old && field == Field.RECOVERY_ACTION) {
            return new FieldAnswer(NvmlCode.INVALID_ARGUMENT, 0);
        }
        String name = gpu.index() + (field == Field.MEM_TEMP ? ".mem_temp" : ".recovery");
        NvmlCode refusal = NvmlCode.of(number(name + "!").orElse(0L).intValue());
        if (refusal != NvmlCode.SUCCESS) {
            return new FieldAnswer(refusal, 0);
        }
        return number(name)
                .map(value -> new FieldAnswer(NvmlCode.SUCCESS, value.intValue()))
                .orElse(new FieldAnswer(NvmlCode.NOT_SUPPORTED, 0));
    }

    /** What older releases count as used: what the driver keeps for itself. */
    synchronized long memoryInTheWay(int gpu) {
        return old ? number(gpu + ".mem_reserved").orElse(0L) : 0;
    }

    void requireNew(String function) throws NvmlException {
        if (old) {
            throw new NvmlException(NvmlCode.FUNCTION_NOT_FOUND, function);
        }
    }
}
