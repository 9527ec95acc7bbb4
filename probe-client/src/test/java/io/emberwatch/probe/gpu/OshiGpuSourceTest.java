package io.emberwatch.probe.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import oshi.hardware.GraphicsCard;

final class OshiGpuSourceTest {
    @TempDir
    Path root;

    private final List<GraphicsCard> cards = new ArrayList<>();
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void a_machine_without_cards_is_not_searched_at_every_reading() {
        OshiGpuSource source = source();
        for (int i = 0; i < 60; i++) {
            assertThat(source.read().samples()).isEmpty();
            nanos.addAndGet(5_000_000_000L);
        }
        assertThat(looks).hasValue(1);

        source.read().samples();

        assertThat(looks).hasValue(2);
    }

    @Test
    void each_card_goes_by_the_number_its_driver_tells_or_else_by_its_slot() throws IOException {
        pci("0000:01:00.0", "0x030000", "0x2000");
        pci("0000:3b:00.0", "0x038000", "0x740c");
        Files.writeString(root.resolve("sys/bus/pci/devices/0000:3b:00.0/unique_id"), "1a2b3c\n");
        pci("0000:5e:00.0", "0x030200", "0x740c");
        cards.add(new FakeCard("ASPEED (0x1a03)", "0x2000"));
        cards.add(new FakeCard("AMD/ATI (0x1002)", "0x740c"));
        cards.add(new FakeCard("AMD/ATI (0x1002)", "0x740c"));
        OshiGpuSource source = source();

        assertThat(source.read().samples())
                .extracting(GpuSample::uuid)
                .containsExactly("GPU-1a2b3c", "PCI-0000:5e:00.0");
        assertThat(source.inventory().get(1).pciBusId()).isEqualTo("0000:5e:00.0");
    }

    @Test
    void a_number_of_zeros_is_none() throws IOException {
        amdCard("0000:3b:00.0", "0x740c", "0000000000000000");
        amdCard("0000:5e:00.0", "0x740c", "0x0");

        assertThat(source().read().samples())
                .extracting(GpuSample::uuid)
                .containsExactly("PCI-0000:3b:00.0", "PCI-0000:5e:00.0");
    }

    @Test
    void cards_that_claim_the_same_number_are_told_apart_by_their_slots() throws IOException {
        amdCard("0000:3b:00.0", "0x740c", "1a2b3c");
        amdCard("0000:5e:00.0", "0x740c", "1a2b3c");
        amdCard("0000:9a:00.0", "0x740c", "4d5e6f");
        OshiGpuSource source = source();

        assertThat(source.read().samples())
                .extracting(GpuSample::uuid)
                .containsExactly("0000:3b:00.0-GPU-1a2b3c", "0000:5e:00.0-GPU-1a2b3c", "GPU-4d5e6f");
        assertThat(source.inventory()).extracting(GpuInfo::uuid).doesNotHaveDuplicates();
    }

    @Test
    void a_card_that_cannot_be_matched_with_its_slot_goes_by_its_position() {
        cards.add(new FakeCard("AMD/ATI (0x1002)", "0x740c"));

        assertThat(source().read().samples()).extracting(GpuSample::uuid).containsExactly("card-0-0x740c");
    }

    @Test
    void what_oshi_cannot_read_is_absent_and_a_card_that_fails_costs_itself_only() {
        FakeCard broken = new FakeCard("NVIDIA (0x10de)", "0x2330");
        broken.fails = true;
        cards.add(broken);
        cards.add(new FakeCard("AMD/ATI (0x1002)", "0x740c"));

        List<GpuSample> samples = source().read().samples();

        assertThat(samples).hasSize(1);
        assertThat(samples.get(0).values().get(Metric.GPU_TEMP_C)).hasValue(61);
        assertThat(samples.get(0).values().has(Metric.GPU_UTIL_PERCENT)).isFalse();
        assertThat(samples.get(0).values().get(Metric.GPU_MEM_USED_BYTES)).hasValue(1024);
        assertThat(samples.get(0).values().get(Metric.GPU_MEM_TOTAL_BYTES)).hasValue(4096);
    }

    private OshiGpuSource source() {
        return new OshiGpuSource(
                () -> {
                    looks.incrementAndGet();
                    return List.copyOf(cards);
                },
                new PciDisplays(new KernelTree(root)),
                nanos::get);
    }

    private void amdCard(String busId, String device, String number) throws IOException {
        pci(busId, "0x038000", device);
        Files.writeString(root.resolve("sys/bus/pci/devices").resolve(busId).resolve("unique_id"), number + "\n");
        cards.add(new FakeCard("AMD/ATI (0x1002)", device));
    }

    private void pci(String busId, String pciClass, String device) throws IOException {
        Path folder =
                Files.createDirectories(root.resolve("sys/bus/pci/devices").resolve(busId));
        Files.writeString(folder.resolve("class"), pciClass + "\n");
        Files.writeString(folder.resolve("device"), device + "\n");
    }
}
