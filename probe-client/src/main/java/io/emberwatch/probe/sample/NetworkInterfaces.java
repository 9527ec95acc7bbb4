package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What network interfaces have received and sent, from {@code /sys/class/net} (the kernel's {@code
 * Documentation/ABI/testing/sysfs-class-net}). An interface counts if there is a device behind it: bonds, teams,
 * bridges, VLANs, tunnels and the ends of containers have none. Of those that have one these do not count, whose bytes
 * are counted elsewhere:
 *
 * <ul>
 *   <li>the hardware behind a paravirtual interface that has the device of a hypervisor (Hyper-V's netvsc, virtio with a
 *       standby): the kernel enslaves it to that, which counts what goes over either
 *   <li>the ports of a switch chip (DSA), which lead through the interface that it hangs on
 *   <li>those that stand for the virtual functions of a card (representors), and its functions themselves, if it works
 *       as a switch: then its uplink counts what passes the port
 *   <li>in the host of guests of Xen its ends of their interfaces
 *   <li>interfaces of Wi-Fi that monitor what others receive
 * </ul>
 */
final class NetworkInterfaces {
    /** Ports of functions, by the kernel's {@code Documentation/networking/devlink/devlink-port.rst}. */
    private static final Pattern REPRESENTOR = Pattern.compile("(c\\d+)?pf\\d+.*");
    /** A part of a function of a card, which is a device below it. */
    private static final Pattern SUBFUNCTION = Pattern.compile(".+\\.sf\\.\\d+");

    private static final int INFINIBAND = 32;
    /** Wi-Fi as it is on the air, with three kinds of headers. */
    private static final Set<Long> MONITORS = Set.of(801L, 802L, 803L);

    private final KernelTree tree;

    NetworkInterfaces(KernelTree tree) {
        this.tree = tree;
    }

    /** Puts the bytes counted since the machine started, by device. */
    void read(Map<String, Long> received, Map<String, Long> sent) {
        List<Path> hardware = tree.list(tree.sys("class/net")).stream()
                .filter(networkInterface -> Files.exists(networkInterface.resolve("device")))
                .toList();
        Set<Long> indexes = new HashSet<>();
        hardware.forEach(networkInterface ->
                tree.number(networkInterface.resolve("ifindex")).ifPresent(indexes::add));
        for (Path networkInterface : hardware) {
            if (!isCountedElsewhere(networkInterface, indexes) && !isFunctionOfSwitch(networkInterface, hardware)) {
                String name = networkInterface.getFileName().toString();
                tree.number(networkInterface.resolve("statistics/rx_bytes"))
                        .ifPresent(bytes -> received.put(name, bytes));
                tree.number(networkInterface.resolve("statistics/tx_bytes")).ifPresent(bytes -> sent.put(name, bytes));
            }
        }
    }

    private boolean isCountedElsewhere(Path networkInterface, Set<Long> hardware) {
        return Files.exists(networkInterface.resolve("master/device"))
                || leadsThroughAnother(networkInterface, hardware)
                || isRepresentor(networkInterface)
                || tree.linkName(networkInterface.resolve("device/subsystem")).equals("xen-backend")
                || MONITORS.contains(type(networkInterface));
    }

    /** An interface of InfiniBand that is a part of another has counters of its own. */
    private boolean leadsThroughAnother(Path networkInterface, Set<Long> hardware) {
        OptionalLong own = tree.number(networkInterface.resolve("ifindex"));
        OptionalLong through = tree.number(networkInterface.resolve("iflink"));
        if (own.isEmpty() || through.isEmpty()) {
            return lowerHardware(networkInterface).findAny().isPresent();
        }
        return own.getAsLong() != through.getAsLong()
                && hardware.contains(through.getAsLong())
                && type(networkInterface) != INFINIBAND;
    }

    /** What it is made on, but for what is enslaved to it. */
    private Stream<Path> lowerHardware(Path networkInterface) {
        String own = networkInterface.getFileName().toString();
        return tree.list(networkInterface).stream()
                .filter(entry -> entry.getFileName().toString().startsWith("lower_"))
                .filter(lower -> Files.exists(lower.resolve("device")))
                .filter(lower -> !tree.linkName(lower.resolve("master")).equals(own));
    }

    private boolean isRepresentor(Path networkInterface) {
        String port = tree.text(networkInterface.resolve("phys_port_name")).orElse("");
        return REPRESENTOR.matcher(port).matches();
    }

    /** Whether it is a virtual function, or a part of a function, of a card that works as a switch. */
    private boolean isFunctionOfSwitch(Path networkInterface, List<Path> hardware) {
        Path device = device(networkInterface);
        Path physical = device.resolve("physfn");
        boolean isPart = SUBFUNCTION.matcher(device.getFileName().toString()).matches();
        if (!isPart && !Files.exists(physical)) {
            return false;
        }
        Path parent = isPart ? device.getParent() : tree.real(physical);
        return hardware.stream()
                .filter(other -> device(other).equals(parent))
                .filter(other -> !isRepresentor(other))
                .anyMatch(other -> tree.text(other.resolve("phys_switch_id"))
                        .filter(id -> !id.isEmpty())
                        .isPresent());
    }

    private Path device(Path networkInterface) {
        return tree.real(networkInterface.resolve("device"));
    }

    private long type(Path networkInterface) {
        return tree.number(networkInterface.resolve("type")).orElse(0);
    }
}
