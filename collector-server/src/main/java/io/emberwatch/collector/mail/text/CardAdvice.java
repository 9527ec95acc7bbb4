package io.emberwatch.collector.mail.text;

import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.model.MailFacts.Gpu;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Xid;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a person can do about a card. Commands name the card as NVIDIA's tool takes it, whatever else lies in its slot. */
final class CardAdvice {
    /** Names come from the machine, and people copy commands: nothing else may stand in one. */
    private static final Pattern SAFE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9:.-]{0,63}");

    private static final Pattern RESET = Pattern.compile("\\breset\\b", Pattern.CASE_INSENSITIVE);

    private final MailFacts facts;
    private final long code;
    private final String card;
    private final boolean isNvidia;

    private CardAdvice(MailFacts facts, Metric metric) {
        this.facts = facts;
        code = Math.round(HeadlineParts.value(facts, metric).orElse(0));
        Optional<Gpu> gpu = facts.alarm().gpu();
        card = gpu.map(CardAdvice::commandName).orElse("0");
        isNvidia = gpu.map(CardAdvice::isNvidia)
                .orElseGet(() -> facts.cards().driver().isEmpty()
                        || facts.cards().driver().contains("NVIDIA"));
    }

    /** For the metrics of cards; empty for others. */
    static List<String> on(MailFacts facts, Metric metric) {
        return new CardAdvice(facts, metric).on(metric);
    }

    private List<String> on(Metric metric) {
        return switch (metric) {
            case GPU_TEMP_C, GPU_MEM_TEMP_C, GPU_SLOWDOWN_MARGIN_C, GPU_MEM_MARGIN_C, GPU_THERMAL_THROTTLING ->
                List.of(
                        "Stop or move the job on this GPU"
                                + ifNvidia(", or lower its power limit: nvidia-smi -i " + card + " -pl WATTS") + ".",
                        "Check the card's fan or the chassis fans, dust, what blocks the air, and the room's temperature.",
                        "If it keeps rising, shut the machine down: cards slow down first, then turn themselves off.");
            case GPU_FAULT -> ofCard(fault());
            case GPU_HUNG_S -> ofCard(GpuFault.HUNG);
            case GPU_DRIVER_FAULT -> ofDriver(fault());
            case GPU_FATAL_XID -> ofXid(Xid.of((int) code).action());
            case GPU_ECC_CORRECTED_COUNT, GPU_ECC_UNCORRECTED_COUNT ->
                List.of(
                        "Distrust what jobs have computed on this GPU since, and give it no new ones.",
                        see("ECC,ROW_REMAPPER"),
                        reset(),
                        "If it happens again after that, have the card replaced.");
            case GPU_ROW_REMAP_PENDING ->
                List.of(
                        "Nothing is lost yet: let the jobs on this GPU end, then reset it.",
                        reset(),
                        see("ROW_REMAPPER"));
            case GPU_ROW_REMAP_FAILED ->
                List.of(
                        "Take the card out of use and have it replaced: it has no spare memory left.",
                        see("ECC,ROW_REMAPPER") + " The maker asks for it.");
            case GPU_MISSING_COUNT ->
                List.of(
                        "See whether the machine still finds it: lspci | grep -iE 'vga|3d|display'. If it does, read"
                                + " dmesg -T | grep -iE 'nvrm|amdgpu|i915|pcie'.",
                        "If it does not, the card has no power, no contact, or is dead: shut the machine down, check power cables,"
                                + " riser and seat, and start it again.",
                        "If it was taken out on purpose, say so: emberwatch-collector gpu retire "
                                + facts.machine().name() + " " + missing() + ".");
            default -> List.of();
        };
    }

    private List<String> ofXid(String action) {
        String more = "See what else the driver said of it: dmesg -T | grep -i xid.";
        return RESET.matcher(action).find() ? List.of(action, more, reset()) : List.of(action, more);
    }

    private List<String> ofCard(GpuFault fault) {
        return switch (fault) {
            case LOST ->
                List.of(
                        kernelLog(),
                        "Let the jobs on the other GPUs end, then restart the machine, best by cutting its power for a minute: a card"
                                + " seldom comes back otherwise.",
                        "If it happens again, check its power cables, riser and seat, and how hot it was before; then try another"
                                + " slot, or have the card replaced.");
            case RESET_REQUIRED ->
                List.of(
                        "Give it no new jobs. Those on it may fail; what still works may come to its end first.",
                        kernelLog(),
                        reset(),
                        "If the reset fails, restart the machine.");
            case RESTART_REQUIRED ->
                List.of(
                        "Give the machine no new jobs. Let those that still work come to their end, then restart it: a reset of the"
                                + " card is not enough.",
                        kernelLog(),
                        "If it is so again soon after that, update the driver; then have the card looked at.");
            case HUNG ->
                List.of(
                        "See which processes wait for the driver: ps -eo pid,user,stat,wchan:32,args | awk '$3 ~ /^D/'.",
                        kernelLog(),
                        "End the job on this GPU. If its process stays in state D, only a restart of the machine helps.");
            case DRIVER_MISSING, DRIVER_MISMATCH, NO_PERMISSION -> ofDriver(fault);
            case UNREADABLE, NONE ->
                List.of(
                        "See what the probe says: journalctl -u emberwatch-probe.",
                        isNvidia ? "See whether others can read it: nvidia-smi -q -i " + card + "." : kernelLog(),
                        "If nobody can, restart the machine when the jobs on the other GPUs have ended.");
        };
    }

    private List<String> ofDriver(GpuFault fault) {
        return switch (fault) {
            case DRIVER_MISSING ->
                List.of(
                        "See whether the module is loaded: lsmod | grep -E 'nvidia|amdgpu|i915|xe'. If not, load it (modprobe nvidia)"
                                + " and read dmesg -T | tail -50.",
                        "After an upgrade of the kernel it must be built anew: dkms status shows it; else install the driver again.",
                        "Until then nobody can see how hot the cards are.");
            case DRIVER_MISMATCH ->
                List.of(
                        "The driver was upgraded while its old module stayed loaded: /proc/driver/nvidia/version says which.",
                        "Restart the machine when its jobs can be ended; programs that start now find no GPU.",
                        "Or without a restart: end all that uses the GPUs, then systemctl stop emberwatch-probe nvidia-persistenced;"
                                + " modprobe -r nvidia_uvm nvidia_drm nvidia_modeset nvidia; modprobe nvidia;"
                                + " systemctl start nvidia-persistenced emberwatch-probe.");
            case NO_PERMISSION ->
                List.of(
                        "See who may read the cards: ls -l /dev/nvidia* /dev/dri. The probe runs as user emberwatch-probe.",
                        "Add that user to the group that may (usermod -aG video emberwatch-probe), then systemctl restart"
                                + " emberwatch-probe.");
            case LOST ->
                List.of(
                        kernelLog(),
                        "Restart the machine, best by cutting its power for a minute.",
                        "All cards at once is seldom the cards: check power supplies, the riser or switch board that they share, and"
                                + " temperature.");
            case RESET_REQUIRED, RESTART_REQUIRED ->
                List.of(kernelLog(), "Restart the machine when its jobs can be ended.");
            case HUNG ->
                List.of(
                        "See which processes wait for the driver: ps -eo pid,user,stat,wchan:32,args | awk '$3 ~ /^D/'.",
                        kernelLog(),
                        "If they stay in state D, only a restart of the machine helps. Until then nobody can see how hot the cards"
                                + " are.");
            case UNREADABLE, NONE ->
                List.of(
                        "See what the probe says: journalctl -u emberwatch-probe.",
                        kernelLog(),
                        "Until it is mended nobody can see how hot the cards are.");
        };
    }

    private String missing() {
        return facts.cards().cards().stream()
                .map(Gpu::uuid)
                .filter(uuid -> SAFE_NAME.matcher(uuid).matches())
                .findFirst()
                .orElse("UUID");
    }

    private String kernelLog() {
        return "See what the kernel says: dmesg -T | grep -iE "
                + (isNvidia ? "'xid|nvrm|pcie'." : "'drm|amdgpu|i915|xe|pcie'.");
    }

    /** The probe has the card open, and a card that somebody has open cannot be reset. */
    private String reset() {
        return isNvidia
                ? "To reset it, end what runs on it, then: systemctl stop emberwatch-probe; nvidia-smi --gpu-reset -i "
                        + card
                        + "; systemctl start emberwatch-probe. If it is still in use, stop nvidia-persistenced and DCGM too;"
                        + " cards joined by NVLink are reset together, without -i."
                : "To reset it, end what runs on it and restart the machine.";
    }

    private String see(String sections) {
        return isNvidia
                ? "See nvidia-smi -q -d " + sections + " -i " + card + "."
                : "See the counters under /sys/class/drm/card*/device/ras.";
    }

    private String ifNvidia(String text) {
        return isNvidia ? text : "";
    }

    private GpuFault fault() {
        return GpuFault.ofCode(code);
    }

    private static boolean isNvidia(Gpu gpu) {
        return gpu.uuid().startsWith("GPU-") || gpu.model().contains("NVIDIA");
    }

    private static String commandName(Gpu gpu) {
        if (SAFE_NAME.matcher(gpu.pciBusId()).matches()) {
            return gpu.pciBusId();
        }
        return SAFE_NAME.matcher(gpu.uuid()).matches() ? gpu.uuid() : Integer.toString(gpu.slot());
    }
}
