package io.emberwatch.probe.model;

import io.emberwatch.probe.link.GpuIndex;
import io.emberwatch.probe.link.LinkSettings;
import io.emberwatch.probe.link.Outgoing;
import io.emberwatch.probe.spool.Spool;
import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Defer;
import io.emberwatch.protocol.Message.Fetch;
import io.emberwatch.protocol.Message.History;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.auth.Bytes32;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** The probe's end of a connection: the real decisions, without sockets, threads and proofs. */
final class ProbeSession {
    private final Wire.Pair wires;
    private final Seams seams;
    private final Spool spool;
    private final GpuIndex gpus;
    private final LinkSettings.CatchUp limits;
    private Outgoing outgoing;
    private long historyTo;
    private boolean over;

    ProbeSession(Wire.Pair wires, Seams seams, Spool spool, GpuIndex gpus, LinkSettings.CatchUp limits, Instant now) {
        this.wires = wires;
        this.seams = seams;
        this.spool = spool;
        this.gpus = gpus;
        this.limits = limits;
        wires.toCollector()
                .send(new Hello(
                        List.of(Message.VERSION), "model", "box", Bytes32.ZERO, now, spool.bootId(), new UUID(0, 1)));
    }

    Wire.Pair wires() {
        return wires;
    }

    boolean isOver() {
        return over || wires.toProbe().isOver();
    }

    /** Whether all live readings are acknowledged, and no history is lacking. */
    boolean isDone() {
        return outgoing != null && outgoing.liveIsDone() && !outgoing.lacksHistory();
    }

    /** Says what is to be said; false if that is nothing. */
    boolean send(Inventory machine, Instant now) {
        if (outgoing == null || isOver()) {
            return false;
        }
        List<Message> messages = outgoing.next(machine, now);
        for (Message message : messages) {
            if (message instanceof Defer defer) {
                historyTo = defer.liveFrom() - 1;
            }
            wires.toCollector().send(message instanceof History history ? seams.history(history, historyTo) : message);
        }
        return !messages.isEmpty();
    }

    /** Hears what comes within so many bytes. */
    void hear(long bytes) throws ProtocolException {
        for (Message message : wires.toProbe().deliver(bytes)) {
            if (!isOver()) {
                hear(message);
            }
        }
    }

    void sayGoodbye() {
        wires.toCollector().send(new Bye(Bye.Reason.STOPPED, "stopped"));
        wires.toCollector().end();
        over = true;
    }

    private void hear(Message message) throws ProtocolException {
        if (message instanceof Welcome welcome) {
            if (Outgoing.isFromTheFuture(welcome.acknowledged(), spool)) {
                spool.beginAnew();
                over = true;
                return;
            }
            outgoing = new Outgoing(spool, gpus, welcome, limits);
            historyTo = welcome.acknowledged().historyTo();
        } else if (message instanceof Ack ack) {
            outgoing.acknowledged(ack.acknowledged());
        } else if (message instanceof Fetch fetch) {
            outgoing.fetched(fetch);
        } else if (message instanceof Refused) {
            over = true;
        } else {
            throw new AssertionError("the collector says " + message);
        }
    }
}
