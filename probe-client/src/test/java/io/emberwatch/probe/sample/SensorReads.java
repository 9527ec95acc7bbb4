package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;

/** What is sampled of a machine's sensors, again and again; in the thread of the test. */
final class SensorReads {
    private final MachineSensors sensors;
    private final TempAlarms alarms = new TempAlarms();
    private final FanSampler fans;
    private final PartSampler cpus;
    private final PartSampler nvme;
    private final PartSampler disks;
    private final PartSampler modules;

    SensorReads(KernelTree tree) {
        sensors = new MachineSensors(tree, () -> 0);
        fans = new FanSampler(sensors, tree);
        cpus = new PartSampler(Part.CPU, sensors, new CpuSensors(sensors, tree)::temps, alarms);
        nvme = new PartSampler(Part.NVME, sensors, new DriveSensors(Part.NVME, sensors)::temps, alarms);
        disks = new PartSampler(Part.DISK, sensors, new DriveSensors(Part.DISK, sensors)::temps, alarms);
        modules = new PartSampler(Part.MEMORY, sensors, new DriveSensors(Part.MEMORY, sensors)::temps, alarms);
    }

    static MetricValues of(KernelTree tree) {
        return new SensorReads(tree).take();
    }

    static int cpuSensors(KernelTree tree) {
        return new CpuSensors(new MachineSensors(tree, () -> 0), tree).count();
    }

    MetricValues take() {
        Readout readout = new Readout();
        cpus.sample(readout);
        fans.sample(readout);
        nvme.sample(readout);
        disks.sample(readout);
        modules.sample(readout);
        readout.put(Metric.TEMP_ALARM_COUNT, alarms.take());
        return readout.values();
    }
}
