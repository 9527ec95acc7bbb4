package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.Texts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds out which programs and whose the processes on a GPU are, or keeps it to itself. Does not block. Thread-safe.
 */
final class ProcessNames {
    private final KernelTree tree;
    private final boolean report;
    private final UserNames users;

    /** @param report whether processes are reported at all */
    ProcessNames(KernelTree tree, boolean report, UserNames users) {
        this.tree = tree;
        this.report = report;
        this.users = users;
    }

    /**
     * Those of a GPU. One that is gone meanwhile has neither name nor user; one that is reported twice has its memory
     * together.
     */
    List<GpuProcess> of(String uuid, List<Nvml.GpuProcess> processes) {
        if (!report) {
            return List.of();
        }
        Map<Long, Long> memoryByPid = new HashMap<>();
        processes.forEach(process -> memoryByPid.merge(process.pid(), process.memUsedBytes(), Long::sum));
        List<GpuProcess> named = new ArrayList<>();
        memoryByPid.forEach((pid, memory) -> named.add(named(uuid, pid, memory)));
        return named;
    }

    private GpuProcess named(String uuid, long pid, long memUsedBytes) {
        Path folder = tree.proc(Long.toString(pid));
        String name = tree.text(folder.resolve("comm")).orElse("");
        return new GpuProcess(uuid, pid, Texts.fit(name), name.isEmpty() ? "" : users.ownerOf(folder), memUsedBytes);
    }
}
