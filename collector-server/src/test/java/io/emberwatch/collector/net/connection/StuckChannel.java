package io.emberwatch.collector.net.connection;

import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;

/** A connection whose peer takes in nothing, with a clock of its own. */
final class StuckChannel extends EmbeddedChannel {
    StuckChannel() {
        freezeTime();
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) {
        // Nothing leaves.
    }
}
