package io.emberwatch.collector.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoFolderTest {
    @Test
    void two_demos_cannot_have_the_same_folder(@TempDir Path folder) {
        try (DemoFolder first = DemoFolder.take(folder)) {
            assertThatThrownBy(() -> DemoFolder.take(folder))
                    .isInstanceOf(DemoFailed.class)
                    .hasMessageContainingAll("is running", first.path().toString(), "--data-dir");
        }
    }

    @Test
    void one_after_the_other_can(@TempDir Path folder) {
        DemoFolder.take(folder).close();

        try (DemoFolder second = DemoFolder.take(folder)) {
            assertThat(second.path()).isDirectory();
        }
    }
}
