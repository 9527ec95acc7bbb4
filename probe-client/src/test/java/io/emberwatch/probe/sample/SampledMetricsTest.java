package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.app.Gpus;
import io.emberwatch.probe.deadline.DeadlineCalls;
import io.emberwatch.probe.gpu.GpuSource;
import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.probe.kernel.GoldenTree;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the catalogue has of a machine and its GPUs is measured: nobody forgets to register a sampler. */
final class SampledMetricsTest {
    @TempDir
    Path root;

    @Test
    void every_metric_of_a_machine_has_a_sampler() {
        MachineSampler machine = new MachineSampler(
                samplers(new FakeTree(root).tree()), () -> GpuSource.Report.NOTHING, Clock.systemUTC());

        assertThat(machine.metrics()).isEqualTo(ofScope(Scope.MACHINE));
    }

    @Test
    void every_metric_of_a_gpu_has_a_reader() {
        GpuSource gpus = Gpus.ofMachine(new FakeTree(root).tree(), List::of, true);

        assertThat(gpus.metrics()).isEqualTo(ofScope(Scope.GPU));
    }

    @Test
    void metric_has_one_sampler_only() {
        assertThat(samplers(new FakeTree(root).tree()))
                .flatMap(Sampler::metrics)
                .doesNotHaveDuplicates();
    }

    @Test
    void sampler_puts_nothing_but_what_it_declares() throws IOException {
        for (Sampler sampler : samplers(GoldenTree.unpack("dual-xeon", root).tree())) {
            Set<Metric> put = EnumSet.noneOf(Metric.class);
            for (int reading = 0; reading < 2; reading++) {
                Reads.of(sampler).forEachPresent((metric, raw) -> put.add(metric));
            }

            assertThat(sampler.metrics()).containsAll(put);
        }
    }

    private static List<Sampler> samplers(KernelTree tree) {
        DeadlineCalls calls = Reads.calls();
        return Samplers.ofMachine(4, tree.watchedBy(calls), calls, () -> OptionalDouble.of(0), System::nanoTime);
    }

    private static Set<Metric> ofScope(Scope scope) {
        Set<Metric> all = EnumSet.noneOf(Metric.class);
        Stream.of(Metric.values()).filter(metric -> metric.scope() == scope).forEach(all::add);
        return all;
    }
}
