package io.emberwatch.probe.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.probe.kernel.KernelTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessNamesTest {
    @TempDir
    private Path root;

    @Test
    void process_has_the_name_of_its_program_and_the_owner_of_its_folder() throws IOException {
        Path folder = Files.createDirectories(root.resolve("proc/4242"));
        Files.writeString(folder.resolve("comm"), "python3\n");

        ProcessNames names = names(true);

        await().untilAsserted(() -> assertThat(names.of("GPU-a", List.of(new Nvml.GpuProcess(4242, 5))))
                .containsExactly(new GpuProcess(
                        "GPU-a", 4242, "python3", Files.getOwner(folder).getName(), 5)));
    }

    @Test
    void process_that_is_gone_meanwhile_has_neither_name_nor_owner() {
        assertThat(names(true).of("GPU-a", List.of(new Nvml.GpuProcess(4242, 5))))
                .containsExactly(new GpuProcess("GPU-a", 4242, "", "", 5));
    }

    @Test
    void process_on_several_instances_of_a_gpu_is_one_with_all_its_memory() {
        assertThat(names(true).of("GPU-a", List.of(new Nvml.GpuProcess(7, 5), new Nvml.GpuProcess(7, 6))))
                .containsExactly(new GpuProcess("GPU-a", 7, "", "", 11));
    }

    @Test
    void private_processes_are_not_reported() {
        assertThat(names(false).of("GPU-a", List.of(new Nvml.GpuProcess(4242, 5))))
                .isEmpty();
    }

    private ProcessNames names(boolean reportProcesses) {
        return new ProcessNames(new KernelTree(root), reportProcesses, UserNames.ofMachine());
    }
}
