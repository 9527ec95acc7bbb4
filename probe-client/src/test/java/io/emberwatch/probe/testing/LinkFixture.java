package io.emberwatch.probe.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.probe.link.Link;
import io.emberwatch.probe.link.LinkSettings;
import io.emberwatch.probe.link.SamplingPulse;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Welcome;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** A link with all that it needs, and a collector on a real socket for it. */
public final class LinkFixture {
    /** Gives up nothing while a test lasts, so that what ends a session is never its timing. */
    public static final LinkSettings.Timing LONG_TIMEOUTS = new LinkSettings.Timing(
            Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofMinutes(10), Duration.ofMillis(500));
    /** Does not wait long for a collector that says nothing before WELCOME. */
    public static final LinkSettings.Timing HASTY_BEFORE_WELCOME = new LinkSettings.Timing(
            Duration.ofMillis(300), LONG_TIMEOUTS.pingAfter(), LONG_TIMEOUTS.deadAfter(), LONG_TIMEOUTS.farewell());
    /** Does not wait long for one that says nothing behind it. */
    public static final LinkSettings.Timing HASTY_BEHIND_WELCOME = new LinkSettings.Timing(
            LONG_TIMEOUTS.handshake(), Duration.ofMillis(200), Duration.ofSeconds(3), LONG_TIMEOUTS.farewell());

    public static final UUID INSTANCE = UUID.randomUUID();

    private final MemorySpool spool = new MemorySpool(10_000, 1 << 30);
    private final AtomicLong nanos = new AtomicLong();
    private final SamplingPulse pulse = new SamplingPulse(Duration.ofSeconds(5), Instant.EPOCH, nanos::get);
    private final AtomicReference<Inventory> inventory = new AtomicReference<>(Fixtures.inventory());
    private final AtomicReference<List<GpuProcess>> processes = new AtomicReference<>(List.of());
    private final List<Welcome> welcomes = new CopyOnWriteArrayList<>();
    private final FakeCollector collector = new FakeCollector();
    private Link link;
    private Thread thread;

    public LinkFixture() throws IOException {}

    public void start(LinkSettings.Timing timing) {
        start(timing, welcomes::add);
    }

    public void start(LinkSettings.Timing timing, Consumer<Welcome> onWelcome) {
        start(timing, LinkSettings.CatchUp.DEFAULT, onWelcome);
    }

    public void start(LinkSettings.Timing timing, LinkSettings.CatchUp catchUp, Consumer<Welcome> onWelcome) {
        link = new Link(
                new LinkSettings(
                        new LinkSettings.Identity("gpu-1", FakeCollector.KEY, "1.2.3", INSTANCE), timing, catchUp),
                collector.connector(),
                spool,
                pulse,
                inventory::get,
                processes::get,
                onWelcome,
                Clock.systemUTC(),
                // The shortest of each range.
                () -> 0L);
        thread = new Thread(link, "link");
        thread.start();
    }

    public void append(int count) {
        for (int i = 0; i < count; i++) {
            append(Fixtures.sample());
        }
    }

    public void append(Sample sample) {
        spool.append(sample);
        if (link != null) {
            link.nudge();
        }
    }

    public void close() throws IOException, InterruptedException {
        collector.close();
        if (link != null) {
            link.stop(Duration.ZERO);
            link.abort();
            thread.join(30_000);
            assertThat(thread.isAlive()).as("link thread lives on").isFalse();
        }
    }

    public FakeCollector collector() {
        return collector;
    }

    public MemorySpool spool() {
        return spool;
    }

    public SamplingPulse pulse() {
        return pulse;
    }

    /** The time that the pulse goes by. */
    public AtomicLong nanos() {
        return nanos;
    }

    public AtomicReference<Inventory> inventory() {
        return inventory;
    }

    /** From now on these run on its GPUs. */
    public void runs(GpuProcess... now) {
        processes.set(List.of(now));
    }

    public List<Welcome> welcomes() {
        return welcomes;
    }

    public Link link() {
        return link;
    }

    public Thread thread() {
        return thread;
    }
}
