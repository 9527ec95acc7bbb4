package io.emberwatch.collector.net.session;

import io.emberwatch.collector.ingest.Ingest;
import io.emberwatch.collector.ingest.IngestItem;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * What a session hands to ingest, in order; it waits here while there is no room. Belongs to the channel's event loop.
 */
final class IngestFeed {
    private final Channel channel;
    private final Ingest ingest;
    private final Runnable changed;
    private final Queue<IngestItem> waiting = new ArrayDeque<>();

    /** @param changed called on the event loop when something that waited was handed over */
    IngestFeed(Channel channel, Ingest ingest, Runnable changed) {
        this.channel = channel;
        this.ingest = ingest;
        this.changed = changed;
    }

    /** Whether nothing waits; while something does, nothing more is to be read from the socket. */
    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Hands an item over, behind those that wait already. */
    void submit(IngestItem item) {
        waiting.add(item);
        submitWaiting();
    }

    private void submitWaiting() {
        while (!waiting.isEmpty()
                && ingest.offer(waiting.peek(), () -> channel.eventLoop().execute(this::submitWaitingIfOpen))) {
            waiting.remove();
        }
    }

    /** What waits of a connection that is gone was not acknowledged: the probe sends it again. */
    private void submitWaitingIfOpen() {
        if (channel.isActive()) {
            submitWaiting();
            changed.run();
        }
    }
}
