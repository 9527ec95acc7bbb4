package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.kernel.Mounts;
import io.emberwatch.protocol.Metric;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How many processes there are: the numbers in {@code /proc}. Those that this process sees; in a container that is the
 * container's. Where {@code /proc} shows a user his own processes only ({@code hidepid}, see {@code proc(5)}, which
 * systemd's {@code ProtectProc} sets for one service), nobody knows.
 */
final class ProcessSampler implements Sampler {
    private static final Pattern PROCESS = Pattern.compile("[1-9][0-9]*");
    /** By the number, and since Linux 5.8 by the name. Up to 1 (noaccess) all are listed, whatever they hide. */
    private static final Set<String> OWN_PROCESSES_ONLY = Set.of("hidepid=2", "hidepid=invisible");

    private static final Set<String> TRACEABLE_PROCESSES_ONLY = Set.of("hidepid=4", "hidepid=ptraceable");
    private static final long CAP_SYS_PTRACE = 1L << 19;

    private final KernelTree tree;
    private List<String> remarks = List.of();

    ProcessSampler(KernelTree tree) {
        this.tree = tree;
    }

    @Override
    public Set<Metric> metrics() {
        return Set.of(Metric.PROCESS_COUNT);
    }

    @Override
    public void sample(Readout readout) {
        remarks = List.of();
        Set<String> processes = tree.list(tree.proc("")).stream()
                .map(entry -> entry.getFileName().toString())
                .filter(name -> PROCESS.matcher(name).matches())
                .collect(Collectors.toSet());
        Set<String> options = tree.mounts()
                .flatMap(mounts -> mounts.at("/proc"))
                .map(Mounts.Mount::options)
                .orElse(Set.of());
        // The first is always there, and root's: where it is hidden, however that was done, others are as well.
        if (processes.contains("1") && seesAll(options)) {
            readout.put(Metric.PROCESS_COUNT, processes.size());
        } else if (!processes.isEmpty()) {
            remarks = List.of("processes are not counted: /proc does not show the probe those of other users"
                    + options.stream()
                            .filter(option -> option.startsWith("hidepid="))
                            .map(option -> " (" + option + ")")
                            .collect(Collectors.joining())
                    + "; GPU processes of others have no names either");
        }
    }

    @Override
    public List<String> remarks() {
        return remarks;
    }

    private boolean seesAll(Set<String> options) {
        if (options.stream().anyMatch(TRACEABLE_PROCESSES_ONLY::contains)) {
            return mayTrace();
        }
        return options.stream().noneMatch(OWN_PROCESSES_ONLY::contains) || mayTrace() || isExempt(options);
    }

    private boolean mayTrace() {
        return status("CapEff")
                .anyMatch(mask ->
                        mask.matches("[0-9a-f]{1,16}") && (Long.parseUnsignedLong(mask, 16) & CAP_SYS_PTRACE) != 0);
    }

    /** The members of one group see all: of root's, if the mount does not name another. */
    private boolean isExempt(Set<String> options) {
        String group = options.stream()
                .filter(option -> option.startsWith("gid="))
                .map(option -> option.substring("gid=".length()))
                .findFirst()
                .orElse("0");
        // Of the four numbers of "Gid" the last is the one that counts for files.
        return status("Groups").anyMatch(group::equals) || status("Gid").skip(3).anyMatch(group::equals);
    }

    /** The words of one line in what the kernel says of this process. */
    private Stream<String> status(String key) {
        return tree.text(tree.proc("self/status")).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(key + ":"))
                .flatMap(line ->
                        Arrays.stream(line.substring(key.length() + 1).strip().split("\\s+", -1)));
    }
}
