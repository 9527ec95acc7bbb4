package io.emberwatch.probe.cli;

import io.emberwatch.probe.app.Gpus;
import io.emberwatch.probe.deadline.DeadlineCalls;
import io.emberwatch.probe.gpu.GpuPoller;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.sample.MachineFacts;
import io.emberwatch.probe.sample.MachineSampler;
import io.emberwatch.probe.sample.Samplers;
import io.emberwatch.probe.sample.SensorReading;
import io.emberwatch.protocol.Inventory;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import oshi.SystemInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sample}: what this machine can measure, without collector or configuration. */
@Command(
        name = "sample",
        description = "Takes one reading of this machine and prints it.",
        mixinStandardHelpOptions = true)
final class SampleCommand implements Callable<Integer> {
    /** Rates need two samples; this far apart they are already meaningful. */
    private static final Duration BETWEEN = Duration.ofSeconds(1);
    /** GPUs that were asleep take some seconds each to wake up. */
    private static final Duration FACTS = Duration.ofSeconds(10);

    private static final Duration GPU_SURVEY = Duration.ofSeconds(30);

    private final KernelTree tree;

    @Option(names = "--json", description = "as a JSON object, with null for what cannot be measured")
    private boolean json;

    @Option(
            names = "--sensors",
            description =
                    "only the sensors, each with what it was or was not taken for, and why: for reports of defects")
    private boolean sensors;

    @Spec
    private CommandSpec spec;

    SampleCommand(KernelTree tree) {
        this.tree = tree;
    }

    @Override
    public Integer call() throws InterruptedException {
        SystemInfo system = new SystemInfo();
        return sensors ? printSensors(system) : printSample(system);
    }

    private int printSensors(SystemInfo system) {
        MachineFacts facts = MachineFacts.asked(system, tree, FACTS).get();
        Inventory inventory = facts.withGpus(List.of(), "");
        List<SensorReading> readings = SensorReading.all(
                tree.watchedBy(new DeadlineCalls(DeadlineCalls.USUAL_DEADLINE, BETWEEN, System::nanoTime)));
        spec.commandLine()
                .getOut()
                .println(
                        json
                                ? SampleJson.ofSensors(inventory, facts.temperatureRemark(), readings)
                                : SampleTable.ofSensors(inventory, facts.temperatureRemark(), readings));
        return ProbeCli.DONE;
    }

    private int printSample(SystemInfo system) throws InterruptedException {
        GpuPoller gpus = Gpus.ofMachine(tree, system.getHardware()::getGraphicsCards, true);
        if (!gpus.awaitAllGpus(GPU_SURVEY)) {
            spec.commandLine().getErr().println("GPU drivers do not answer; this sample goes without their cards.");
        }
        // What does not answer within one reading is reported at once: there is no later one.
        DeadlineCalls calls = new DeadlineCalls(DeadlineCalls.USUAL_DEADLINE, BETWEEN, System::nanoTime);
        KernelTree watched = tree.watchedBy(calls);
        MachineSampler machine = new MachineSampler(
                Samplers.ofMachine(
                        system.getHardware().getProcessor().getLogicalProcessorCount(),
                        watched,
                        calls,
                        OptionalDouble::empty,
                        System::nanoTime),
                gpus,
                Clock.systemUTC());
        MachineFacts facts = MachineFacts.asked(system, tree, FACTS).get();
        machine.take();
        Thread.sleep(BETWEEN.toMillis());
        Sample sample = machine.take();
        List<String> remarks = machine.remarks();
        // What the reading has left of its deadline would be little for all sensors, after cards that answer late.
        calls.beginReading();
        SampleReport report = new SampleReport(
                sample,
                facts.withGpus(gpus.inventory(), gpus.driver()),
                facts.temperatureRemark(),
                remarks,
                SensorReading.all(watched),
                gpus.processes());
        spec.commandLine().getOut().println(json ? SampleJson.of(report) : SampleTable.of(report));
        return ProbeCli.DONE;
    }
}
