package io.emberwatch.probe.testing;

import io.emberwatch.probe.testing.FakeCollector.Peer;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.GpuValues;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Readings;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** What a test wants to know of what a probe sent. */
public final class Sent {
    private Sent() {}

    public static List<Message> messagesUntilClosed(Peer peer) throws ProtocolException {
        List<Message> messages = new ArrayList<>();
        try {
            while (true) {
                messages.add(peer.receive());
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the probe stays connected", e);
        } catch (IOException e) {
            return messages;
        }
    }

    /** The next READINGS, whatever comes before. */
    public static Readings firstReadings(Peer peer) throws IOException, ProtocolException {
        Message message = peer.receive();
        while (!(message instanceof Readings)) {
            message = peer.receive();
        }
        return (Readings) message;
    }

    public static List<Long> sequences(Readings batch) {
        return batch.readings().stream().map(Reading::sequence).toList();
    }

    public static List<Integer> gpuIndexes(Readings batch) {
        return batch.readings().get(0).gpus().stream().map(GpuValues::index).toList();
    }

    public static List<String> uuids(Inventory sent) {
        return sent.gpus().stream().map(GpuInfo::uuid).toList();
    }
}
