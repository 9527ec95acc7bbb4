package io.emberwatch.probe.gpu.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.gpu.GpuPoller;
import io.emberwatch.probe.gpu.GpuSource;
import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.probe.kernel.GoldenTree;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.Metric;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** GPUs of a whole machine that are lost one after the other, as a reading reports it. */
final class LostGpuTest {
    private static final String FIRST = "sys/devices/pci0000:00/0000:00:01.1/0000:01:00.0/0000:02:00.0/0000:05:00.0/";
    private static final String SECOND = "sys/devices/pci0000:20/0000:20:01.1/0000:21:00.0/0000:22:00.0/0000:26:00.0/";

    @TempDir
    Path root;

    @Test
    void lost_gpu_costs_its_own_values_only_and_when_the_last_is_lost_it_is_one_fault_of_all() {
        FakeTree machine = GoldenTree.unpack("amd-instinct", root);
        GpuPoller gpus = watched(machine);
        gpus.read();

        machine.bytes(FIRST + "config", "ffffffff");
        GpuSource.Report one = gpus.read();
        machine.bytes(SECOND + "config", "ffffffff");
        GpuSource.Report both = gpus.read();

        assertThat(one.driverFault()).hasValue(GpuFault.NONE);
        assertThat(one.samples().get(0).values().toString()).isEqualTo("{gpu_fault=1, gpu_hung_s=0}");
        assertThat(one.samples().get(1).values().get(Metric.GPU_TEMP_C)).hasValue(97);
        assertThat(both.driverFault()).hasValue(GpuFault.LOST);
        assertThat(both.samples()).isEmpty();
        assertThat(gpus.inventory()).hasSize(2);
    }

    @Test
    void gpu_that_is_gone_from_the_bus_leaves_the_inventory_at_the_next_survey() {
        AtomicLong nanos = new AtomicLong();
        FakeTree machine = GoldenTree.unpack("amd-instinct", root);
        SysfsDriver driver = new SysfsDriver(machine.tree(), List::of, nanos::get);
        assertThat(driver.survey().gpus()).hasSize(2);

        machine.remove(FIRST.substring(0, FIRST.length() - 1));

        assertThat(driver.survey().gpus())
                .extracting(gpu -> gpu.info().pciBusId())
                .containsExactly("0000:26:00.0");
        assertThat(driver.survey().fault()).isEqualTo(GpuFault.NONE);
    }

    private static GpuPoller watched(FakeTree machine) {
        return new GpuPoller(
                List.of(new SysfsDriver(machine.tree(), List::of, System::nanoTime)),
                Duration.ofSeconds(30),
                System::nanoTime);
    }
}
