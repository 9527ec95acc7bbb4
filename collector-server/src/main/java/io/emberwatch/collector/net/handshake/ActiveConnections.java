package io.emberwatch.collector.net.handshake;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who holds each machine here: the connection that was let in last, from the moment at which its session began in the
 * database until it is closed. Thread-safe; for one machine, look and take over on one thread.
 */
final class ActiveConnections {
    private final Map<Integer, ActiveConnection> byMachine = new ConcurrentHashMap<>();

    /** The one who holds the machine now, if that is another process than {@code instanceId}. */
    Optional<ActiveConnection> rivalOf(UUID instanceId, int machineId) {
        return Optional.ofNullable(byMachine.get(machineId))
                .filter(holder -> !holder.instanceId().equals(instanceId))
                .filter(ActiveConnection::isCurrent);
    }

    /** The machine is this one's from now on. */
    void takeOver(int machineId, ActiveConnection successor) {
        byMachine.put(machineId, successor);
        successor.channel().closeFuture().addListener(closed -> byMachine.remove(machineId, successor));
    }
}
