package io.emberwatch.probe.link;

import io.emberwatch.probe.spool.Spool;
import java.time.Clock;

/** What sessions share and none of them owns. */
record SessionContext(
        Spool spool,
        MachineView machine,
        GpuIndex gpus,
        SamplingPulse pulse,
        LinkTiming timing,
        CatchUpLimits catchUp,
        StopSignal stop,
        LinkMonitor monitor,
        Clock clock) {}
