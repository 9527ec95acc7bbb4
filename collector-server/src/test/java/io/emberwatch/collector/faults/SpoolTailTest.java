package io.emberwatch.collector.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTailTest {
    private static final int LENGTH = 2_000;
    private static final int FURTHEST_FROM_THE_END = 300;

    @TempDir
    private Path folder;

    @Test
    void only_the_end_of_the_newest_segment_is_torn() throws IOException {
        for (int seed = 0; seed < 200; seed++) {
            byte[] before = segment("00000000000000000001.seg");
            byte[] newest = segment("00000000000000000900.seg");
            Files.write(folder.resolve("state"), before);

            String words = new SpoolTail(folder, new Random(seed)).tear();

            byte[] torn = Files.readAllBytes(folder.resolve("00000000000000000900.seg"));
            int intact = LENGTH - FURTHEST_FROM_THE_END;
            assertThat(words).as("seed %s", seed).contains("00000000000000000900.seg");
            assertThat(torn).as("seed %s: %s", seed, words).isNotEqualTo(newest);
            assertThat(Arrays.copyOf(torn, intact))
                    .as("seed %s: %s", seed, words)
                    .isEqualTo(Arrays.copyOf(newest, intact));
            assertThat(folder.resolve("00000000000000000001.seg")).hasBinaryContent(before);
            assertThat(folder.resolve("state")).hasBinaryContent(before);
        }
    }

    @Test
    void a_spool_without_segments_and_a_segment_without_records_are_left_alone() throws IOException {
        SpoolTail tail = new SpoolTail(folder, new Random(1));
        assertThat(tail.tear()).isEqualTo("there was no segment");

        Files.write(folder.resolve("1.seg"), new byte[100]);
        assertThat(tail.tear()).contains("too short");
        assertThat(folder.resolve("1.seg")).hasBinaryContent(new byte[100]);
    }

    private byte[] segment(String name) throws IOException {
        byte[] content = new byte[LENGTH];
        Arrays.fill(content, (byte) 7);
        Files.write(folder.resolve(name), content);
        return content;
    }
}
