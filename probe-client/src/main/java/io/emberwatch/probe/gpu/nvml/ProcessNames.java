package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.Texts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out which programs and whose the processes on a card are, or keeps it to itself. Thread-safe. */
final class ProcessNames {
    private static final Logger log = LoggerFactory.getLogger(ProcessNames.class);
    /** Looking a user up may ask a directory on the network. */
    private static final int MAX_USERS = 1000;

    private final KernelTree tree;
    private final boolean tell;
    private final Map<Object, String> userByUid = new HashMap<>();

    /** @param tell whether processes are told at all */
    ProcessNames(KernelTree tree, boolean tell) {
        this.tree = tree;
        this.tell = tell;
    }

    /** Those of a card. One that is gone meanwhile has neither name nor user; one that is told twice has its memory together. */
    List<GpuProcess> of(String uuid, List<Nvml.GpuProcess> processes) {
        if (!tell) {
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
        return new GpuProcess(uuid, pid, Texts.fit(name), name.isEmpty() ? "" : userOf(folder), memUsedBytes);
    }

    private String userOf(Path folder) {
        try {
            Object uid = Files.getAttribute(folder, "unix:uid");
            synchronized (userByUid) {
                if (userByUid.size() >= MAX_USERS) {
                    userByUid.clear();
                }
                String known = userByUid.get(uid);
                if (known == null) {
                    known = Texts.fit(Files.getOwner(folder).getName());
                    userByUid.put(uid, known);
                }
                return known;
            }
        } catch (IOException | UnsupportedOperationException | SecurityException e) {
            log.trace("{} is gone", folder, e);
            return "";
        }
    }
}
