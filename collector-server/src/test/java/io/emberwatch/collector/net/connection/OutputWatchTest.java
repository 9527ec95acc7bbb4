package io.emberwatch.collector.net.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How much, and for how long, may wait for a peer that takes in nothing. */
class OutputWatchTest {
    private static final int HIGH_MARK = 1_000;
    private static final int MAX_BYTES = 10_000;

    private final NetCounters counters = new NetCounters();
    private final EmbeddedChannel channel = new StuckChannel();

    OutputWatchTest() {
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(HIGH_MARK / 2, HIGH_MARK));
        channel.pipeline().addLast(new OutputWatch(Duration.ofSeconds(60), MAX_BYTES, counters));
    }

    @Test
    void a_little_may_wait_for_as_long_as_the_connection_lasts() {
        write(HIGH_MARK / 4);
        pass(3600);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void what_is_more_may_wait_for_the_idle_timeout() {
        write(2 * HIGH_MARK);
        pass(59);
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertThat(channel.isOpen()).isFalse();
        assertThat(counters.count(LimitEvent.UNDELIVERED)).isEqualTo(1);
    }

    @Test
    void too_much_is_the_end_at_once() {
        write(MAX_BYTES + HIGH_MARK);
        assertThat(channel.isOpen()).isFalse();
        assertThat(counters.count(LimitEvent.UNDELIVERED)).isEqualTo(1);
    }

    private void write(int bytes) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[bytes]));
        channel.runPendingTasks();
    }

    private void pass(int seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }
}
