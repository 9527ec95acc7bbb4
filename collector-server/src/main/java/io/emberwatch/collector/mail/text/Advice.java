package io.emberwatch.collector.mail.text;

import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.protocol.Metric;
import java.util.List;

/** What a person standing before the machine can do. */
final class Advice {
    private Advice() {}

    static List<String> on(MailFacts facts, Metric metric) {
        List<String> ofCard = CardAdvice.on(facts, metric);
        return ofCard.isEmpty() ? on(metric) : ofCard;
    }

    private static List<String> on(Metric metric) {
        return switch (metric) {
            case CPU_TEMP_C ->
                List.of(
                        "Stop or move the jobs on the machine if you can.",
                        "Check fans, dust, air flow and the temperature of the room.",
                        "If the temperature keeps rising, shut the machine down before it is damaged.");
            case FAN_RPM, FAN_MIN_RPM ->
                List.of(
                        "See which fan it is: ipmitool sdr type fan, or sensors; then look whether it is blocked, loose or worn.",
                        "Watch the temperatures: until the fan is replaced, less load is less heat.");
            case NVME_TEMP_C ->
                List.of(
                        "See which drive it is and for how long it was too warm: nvme list, then nvme smart-log /dev/nvme0.",
                        "Check the air flow over the drives and their heat sinks, and what writes to them: iostat -x 5.",
                        "A drive that is too warm slows down, then stops.");
            case MEM_TEMP_C ->
                List.of(
                        "See which module it is: ipmitool sdr type temperature, or sensors.",
                        "Check the chassis fans, and that no baffle or blank panel over the modules is missing.",
                        "Stop or move the jobs on the machine if it keeps rising: hot memory makes errors.");
            case LOAD_1M, LOAD_5M, LOAD_15M, LOAD_PER_CORE, CPU_UTIL_PERCENT, PROCESS_COUNT ->
                List.of(
                        "Look for what runs: top, or ps -eo pid,user,pcpu,stat,args --sort=-pcpu | head.",
                        "Many processes in state D wait for a disk or a network filesystem, not for the CPU.");
            case MEM_USED_BYTES, MEM_USED_PERCENT, SWAP_USED_BYTES ->
                List.of(
                        "Look for what holds the memory: ps -eo pid,user,rss,args --sort=-rss | head.",
                        "End it or move it before the kernel picks a process to kill.");
            case CPU_PRESSURE_PERCENT ->
                List.of(
                        "More wants to run than the CPUs can take: ps -eo pid,user,pcpu,stat,args --sort=-pcpu | head.",
                        "Give jobs fewer threads, or move some of them to another machine.");
            case MEM_PRESSURE_PERCENT ->
                List.of(
                        "Jobs stand still because memory is short: ps -eo pid,user,rss,args --sort=-rss | head.",
                        "End or move the largest before the kernel picks a process to kill.");
            case IO_PRESSURE_PERCENT ->
                List.of(
                        "See which disk is busy with iostat -x 5, and who keeps it busy with iotop or pidstat -d 5.",
                        "A disk that is failing is slow, too: smartctl -a, and dmesg.");
            case FS_USED_PERCENT ->
                List.of(
                        "See which filesystem is full with df -h and df -i, and what fills it with du -xh -d1 / | sort -h.",
                        "Old checkpoints, logs and container images are the usual finds.");
            case CPU_STEAL_PERCENT ->
                List.of(
                        "The machine is virtual and its host has too little CPU time for it.",
                        "Ask who runs the host to move it or its neighbours.");
            case SPOOL_USED_PERCENT ->
                List.of(
                        "The probe stores readings faster than it can send them.",
                        "Check the network between the machine and the collector; once the spool is full, readings are lost.");
            case SILENT_S ->
                List.of(
                        "See whether the machine is up and reachable (ping, remote console), then whether its probe runs:"
                                + " systemctl status emberwatch-probe.",
                        "While it is silent, nobody is told if it overheats.");
            case CLOCK_SKEW_S ->
                List.of(
                        "Check the time service of the machine: timedatectl, chronyc tracking.",
                        "Until it is right, the times of its readings are wrong.");
            case DUPLICATE_PROBES ->
                List.of(
                        "If a disk image or a probe's files were copied: give the copy a name of its own"
                                + " (emberwatch-collector machine add), and enroll it with the token that this prints.",
                        "If nobody has copied them, the key may be stolen: emberwatch-collector machine rekey makes a"
                                + " token for a new one, and machine revoke ends the old one at once.");
            default -> List.of("Look at the machine, and at the readings around this time.");
        };
    }
}
