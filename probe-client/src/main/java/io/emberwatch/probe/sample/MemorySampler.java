package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.Metric;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Memory and swap, from {@code /proc/meminfo} (the kernel's {@code Documentation/filesystems/proc.rst}). In use is what
 * nobody could have on demand: not what the kernel takes for caches, nor the cache of ZFS (ARC) beyond its least size,
 * which the kernel does not count as available although it is given back, nor huge pages that were set aside and are
 * free. What a hypervisor took away with a balloon is in use, for this machine cannot have it. Swap on compressed
 * memory (zram) is swap, and what it takes of the memory is in use.
 */
final class MemorySampler implements Sampler {
    private static final long KIB = 1024;

    /** {@code MemTotal: 24684084 kB}, and {@code HugePages_Free: 0}. */
    private static final Pattern MEMINFO = Pattern.compile("([^:]+):\\s*(\\d{1,15})(?!\\d)");
    /** Name, type and value. */
    private static final Pattern ARCSTAT = Pattern.compile("(\\w+)\\s+4\\s+(\\d{1,18})(?!\\d)");

    private static final Pattern VERSION = Pattern.compile("v?(\\d{1,4})\\.(\\d{1,4})");
    private static final Pattern PAGE_SIZE = Pattern.compile("hugepages-(\\d{1,12})kB");
    private static final List<String> ARC_IN_SLABS = List.of("hdr_size", "dbuf_size", "dnode_size", "bonus_size");

    private final KernelTree tree;

    MemorySampler(KernelTree tree) {
        this.tree = tree;
    }

    @Override
    public Set<Metric> metrics() {
        return Set.of(Metric.MEM_TOTAL_BYTES, Metric.MEM_USED_BYTES, Metric.MEM_USED_PERCENT, Metric.SWAP_USED_BYTES);
    }

    @Override
    public void sample(Readout readout) {
        Map<String, Long> memory = numbers("meminfo", MEMINFO);
        OptionalLong total = bytes(memory, "MemTotal");
        if (total.isPresent() && total.getAsLong() > 0) {
            readout.put(Metric.MEM_TOTAL_BYTES, total.getAsLong());
            putUsed(readout, total.getAsLong(), available(memory));
        }
        OptionalLong swapTotal = bytes(memory, "SwapTotal");
        OptionalLong swapFree = bytes(memory, "SwapFree");
        if (swapTotal.isPresent() && swapFree.isPresent() && swapFree.getAsLong() <= swapTotal.getAsLong()) {
            readout.put(Metric.SWAP_USED_BYTES, swapTotal.getAsLong() - swapFree.getAsLong());
        }
    }

    /** In a container one may be the container's and the other the machine's: then nobody knows. */
    private static void putUsed(Readout readout, long total, OptionalLong available) {
        if (available.isPresent() && available.getAsLong() <= total) {
            long used = total - available.getAsLong();
            readout.put(Metric.MEM_USED_BYTES, used);
            readout.put(Metric.MEM_USED_PERCENT, 100.0 * used / total);
        }
    }

    private OptionalLong available(Map<String, Long> memory) {
        OptionalLong kernel = availableToTheKernel(memory);
        if (kernel.isEmpty() || isOfContainer()) {
            return kernel;
        }
        return OptionalLong.of(kernel.getAsLong() + freeHugePages(memory) + givenBackByZfs());
    }

    /** Kernels before 3.14 do not say what is available. */
    private static OptionalLong availableToTheKernel(Map<String, Long> memory) {
        OptionalLong available = bytes(memory, "MemAvailable");
        OptionalLong free = bytes(memory, "MemFree");
        if (available.isPresent() || free.isEmpty()) {
            return available;
        }
        // Shared memory is among what is cached, and cannot be given back.
        long caches = Math.max(0, orNone(memory, "Cached") - orNone(memory, "Shmem"));
        return OptionalLong.of(free.getAsLong() + orNone(memory, "Buffers") + caches + orNone(memory, "SReclaimable"));
    }

    /**
     * Whether lxcfs shows a container's memory in place of the machine's. The huge pages and the cache of ZFS that it
     * lets through are the machine's all the same, and not among the container's.
     */
    private boolean isOfContainer() {
        return tree.mounts()
                .flatMap(mounts -> mounts.at("/proc/meminfo"))
                .map(mount -> mount.type().startsWith("fuse"))
                .orElse(false);
    }

    /** Of all sizes; {@code meminfo} has only the usual one. Also those that a process has reserved, but not touched. */
    private long freeHugePages(Map<String, Long> memory) {
        Map<Long, Long> freeBySize = new HashMap<>();
        freeBySize.put(memory.getOrDefault("Hugepagesize", 0L), memory.getOrDefault("HugePages_Free", 0L));
        for (Path pool : tree.list(tree.sys("kernel/mm/hugepages"))) {
            Matcher size = PAGE_SIZE.matcher(pool.getFileName().toString());
            OptionalLong free = tree.number(pool.resolve("free_hugepages"));
            if (size.matches() && free.isPresent()) {
                freeBySize.put(Long.parseLong(size.group(1)), free.getAsLong());
            }
        }
        return freeBySize.entrySet().stream()
                .mapToLong(pool -> pool.getKey() * KIB * pool.getValue())
                .sum();
    }

    /**
     * What the cache of ZFS has beyond its least size. Up to OpenZFS 2.2 none of it is available to the kernel; since
     * 2.3 those parts of it are that lie in slabs, which are marked as reclaimable, and so have been counted already.
     */
    private long givenBackByZfs() {
        Map<String, Long> cache = numbers("spl/kstat/zfs/arcstats", ARCSTAT);
        long counted = slabsOfZfsAreReclaimable()
                ? ARC_IN_SLABS.stream()
                        .mapToLong(part -> cache.getOrDefault(part, 0L))
                        .sum()
                : 0;
        long least = cache.getOrDefault("c_min", 0L);
        return Math.max(0, cache.getOrDefault("size", 0L) - least - counted);
    }

    private boolean slabsOfZfsAreReclaimable() {
        Matcher version =
                VERSION.matcher(tree.text(tree.sys("module/zfs/version")).orElse(""));
        if (!version.lookingAt()) {
            return false;
        }
        int major = Integer.parseInt(version.group(1));
        return major > 2 || (major == 2 && Integer.parseInt(version.group(2)) >= 3);
    }

    /** The numbers in a file of {@code /proc}, by name. */
    private Map<String, Long> numbers(String file, Pattern lineOf) {
        Map<String, Long> numbers = new HashMap<>();
        tree.text(tree.proc(file)).orElse("").lines().forEach(line -> {
            Matcher named = lineOf.matcher(line);
            if (named.lookingAt()) {
                numbers.put(named.group(1), Long.parseLong(named.group(2)));
            }
        });
        return numbers;
    }

    private static OptionalLong bytes(Map<String, Long> memory, String key) {
        Long kib = memory.get(key);
        return kib == null ? OptionalLong.empty() : OptionalLong.of(kib * KIB);
    }

    private static long orNone(Map<String, Long> memory, String key) {
        return bytes(memory, key).orElse(0);
    }
}
