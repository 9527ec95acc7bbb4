package io.emberwatch.probe.gpu.nvml;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** NVML through JNA. Layouts of structures are those of NVIDIA's {@code nvml.h} on 64-bit Linux. */
public final class NativeNvml implements Nvml {
    /** As the driver installs it: the name without a number comes with the development package only. */
    private static final String LIBRARY = "libnvidia-ml.so.1";
    /** Where the driver runs from a container, as in clusters, its files stand below this. */
    private static final String CONTAINER_ROOT = "/run/nvidia/driver/usr/";

    /** What the library may be called, the usual first. */
    static final List<String> LIBRARIES = List.of(
            LIBRARY,
            CONTAINER_ROOT + "lib/x86_64-linux-gnu/" + LIBRARY,
            CONTAINER_ROOT + "lib/aarch64-linux-gnu/" + LIBRARY,
            CONTAINER_ROOT + "lib64/" + LIBRARY);

    private static final long XID_CRITICAL_ERROR = 0x8;
    /** nvmlEventData_t: device, type, data, two ids of instances. */
    private static final int EVENT_BYTES = 32;

    private static final int EVENT_DATA_OFFSET = 16;

    private final NativeCalls calls;
    private final NativeProcesses processes;

    private NativeNvml(NativeCalls calls) {
        this.calls = calls;
        this.processes = new NativeProcesses(calls);
    }

    /**
     * Loads the library; {@link #init()} comes next.
     *
     * @param library its name, or a path
     * @throws NvmlException if there is none
     */
    public static NativeNvml load(String library) throws NvmlException {
        return new NativeNvml(NativeCalls.of(library));
    }

    /**
     * Loads the first of these libraries that is there.
     *
     * @throws NvmlException if none is; it is about the first one
     */
    static NativeNvml loadFirst(List<String> libraries) throws NvmlException {
        Optional<NvmlException> missing = Optional.empty();
        for (String library : libraries) {
            try {
                return load(library);
            } catch (NvmlException e) {
                missing = missing.or(() -> Optional.of(e));
            }
        }
        throw missing.orElseThrow();
    }

    /** Attaches no GPU yet: that happens when its handle is asked for, so that a broken one keeps no other from it. */
    @Override
    public void init() throws NvmlException {
        calls.call("nvmlInit_v2");
    }

    @Override
    public void shutdown() {
        try {
            calls.call("nvmlShutdown");
        } catch (NvmlException e) {
            // It is not in use any more, whatever it says.
        }
    }

    @Override
    public void unload() {
        calls.unload();
    }

    @Override
    public String driverVersion() throws NvmlException {
        return calls.driverVersion();
    }

    @Override
    public int deviceCount() throws NvmlException {
        return (int) calls.uint("nvmlDeviceGetCount_v2");
    }

    @Override
    public Device device(int index) throws NvmlException {
        Pointer handle =
                calls.out(Long.BYTES, "nvmlDeviceGetHandleByIndex_v2", index).getPointer(0);
        return new NativeDevice(calls, processes, handle);
    }

    @Override
    public Events listen(Device device) throws NvmlException {
        Pointer set = calls.out(Long.BYTES, "nvmlEventSetCreate").getPointer(0);
        NativeEvents events = new NativeEvents(calls, processes, set);
        try {
            calls.call("nvmlDeviceRegisterEvents", ((NativeDevice) device).handle(), XID_CRITICAL_ERROR, set);
            return events;
        } catch (NvmlException e) {
            // Whatever it was refused for, the set must not be used any more.
            events.close();
            throw e;
        }
    }

    private record NativeEvents(NativeCalls calls, NativeProcesses processes, Pointer set) implements Events {
        @Override
        public Optional<Event> await(Duration timeout) throws NvmlException {
            Memory event = NativeCalls.zeroed(EVENT_BYTES);
            try {
                calls.call("nvmlEventSetWait_v2", set, event, Math.toIntExact(timeout.toMillis()));
            } catch (NvmlException e) {
                if (e.code() == NvmlCode.TIMEOUT) {
                    return Optional.empty();
                }
                throw e;
            }
            return Optional.of(new Event(
                    new NativeDevice(calls, processes, event.getPointer(0)), event.getLong(EVENT_DATA_OFFSET)));
        }

        @Override
        public void close() {
            try {
                calls.call("nvmlEventSetFree", set);
            } catch (NvmlException e) {
                // It is not in use any more, whatever it says.
            }
        }
    }
}
