package io.emberwatch.probe.gpu.nvml;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lists of processes that NVML reports. Some releases of the driver write longer entries under the same name of a
 * function, so it matters which one this is. Thread-safe.
 */
final class NativeProcesses {
    /** nvmlProcessInfo_v2_t: pid, padding, memory, two ids of instances. */
    private static final int USUAL_BYTES = 24;
    /**
     * The same, and protected memory: what {@code _v3} had in its first releases, before {@code
     * nvmlProcessDetail_v1_t}.
     */
    private static final int LONG_BYTES = 32;

    private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})(?:\\..*)?");
    private static final int LONG_MAJOR = 535;
    private static final int LONG_SINCE_MINOR = 43;
    private static final int LONG_BEFORE_MINOR = 98;
    /** As many as the scratch memory of a thread holds. */
    private static final int USUAL_PROCESSES = 250;

    private static final int MAX_PROCESSES = 4096;
    /** Not known yet. */
    private static final int UNKNOWN_BYTES = 0;

    private static final Logger LOG = LoggerFactory.getLogger(NativeProcesses.class);

    private final NativeCalls calls;
    private volatile int entryBytes = UNKNOWN_BYTES;

    NativeProcesses(NativeCalls calls) {
        this.calls = calls;
    }

    /** What computes on a GPU. */
    List<Nvml.GpuProcess> of(Pointer gpu) throws NvmlException {
        int bytes = entryBytes();
        try {
            return of(gpu, NativeCalls.zeroed(Long.BYTES + USUAL_PROCESSES * LONG_BYTES), USUAL_PROCESSES, bytes);
        } catch (NvmlException e) {
            if (e.code() != NvmlCode.INSUFFICIENT_SIZE) {
                throw e;
            }
            return of(gpu, new Memory(Long.BYTES + (long) MAX_PROCESSES * LONG_BYTES), MAX_PROCESSES, bytes);
        }
    }

    /**
     * @param memory room for their count, and then for that many of the longest entries
     * @param bytes of an entry
     */
    private List<Nvml.GpuProcess> of(Pointer gpu, Memory memory, int most, int bytes) throws NvmlException {
        memory.setInt(0, most);
        calls.callEither(
                "nvmlDeviceGetComputeRunningProcesses_v3",
                "nvmlDeviceGetComputeRunningProcesses_v2",
                gpu,
                memory,
                memory.share(Long.BYTES));
        List<Nvml.GpuProcess> processes = new ArrayList<>();
        for (int i = 0; i < Math.min(memory.getInt(0), most); i++) {
            long start = Long.BYTES + (long) i * bytes;
            // All bits set, -1 here, stands for unknown.
            long memUsedBytes = Math.max(0, memory.getLong(start + Long.BYTES));
            processes.add(new Nvml.GpuProcess(Integer.toUnsignedLong(memory.getInt(start)), memUsedBytes));
        }
        return processes;
    }

    /** Asked once: a library works with no other driver than its own. */
    private int entryBytes() {
        if (entryBytes == UNKNOWN_BYTES) {
            try {
                entryBytes = entryBytes(calls.driverVersion());
            } catch (NvmlException e) {
                LOG.debug("the release of NVML is unknown: {}", e.getMessage());
                return USUAL_BYTES;
            }
        }
        return entryBytes;
    }

    /** @param driverVersion such as 535.54.03 */
    static int entryBytes(String driverVersion) {
        Matcher version = VERSION.matcher(driverVersion);
        if (!version.matches() || Integer.parseInt(version.group(1)) != LONG_MAJOR) {
            return USUAL_BYTES;
        }
        int minor = Integer.parseInt(version.group(2));
        return minor >= LONG_SINCE_MINOR && minor < LONG_BEFORE_MINOR ? LONG_BYTES : USUAL_BYTES;
    }
}
