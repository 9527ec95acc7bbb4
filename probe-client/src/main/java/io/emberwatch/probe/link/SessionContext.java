package io.emberwatch.probe.link;

import io.emberwatch.probe.spool.Spool;
import io.emberwatch.protocol.Inventory;
import java.time.Clock;
import java.util.function.Supplier;

/** What sessions share and none of them owns. */
record SessionContext(
        Spool spool,
        Supplier<Inventory> inventory,
        GpuIndex gpus,
        SamplingPulse pulse,
        LinkTiming timing,
        CatchUpLimits catchUp,
        StopSignal stop,
        LinkMonitor monitor,
        Clock clock) {}
