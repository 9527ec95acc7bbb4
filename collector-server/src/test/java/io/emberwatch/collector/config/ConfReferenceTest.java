package io.emberwatch.collector.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.protocol.conf.ConfFile;
import io.emberwatch.protocol.conf.LayeredConf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

class ConfReferenceTest {
    /** Regenerate with: emberwatch-collector config print --sample. */
    @Test
    void the_sample_file_is_the_reference() throws IOException {
        assertThat(Files.readString(Path.of("src/main/conf/collector.conf"))).isEqualTo(ConfReference.sample());
    }

    @Test
    void every_key_of_the_sample_can_be_set_by_removing_the_hash() {
        List<String> assignments = ConfReference.sample()
                .lines()
                .filter(line -> line.matches("#[a-z].* = .+"))
                .map(line -> line.substring(1))
                .toList();

        ConfFile file = ConfFile.parse("sample", assignments);

        assertThat(file.entries()).extracting(ConfFile.Entry::key).isSubsetOf(ConfReference.keys());
        file.requireKnownKeys(ConfReference.keys());
    }

    @Test
    void every_option_of_the_configuration_has_a_key_and_the_flag_of_that_key() {
        for (OptionSpec option :
                CommandSpec.forAnnotatedObject(new CollectorOptions()).options()) {
            assertThat(Arrays.asList(option.names()))
                    .contains(LayeredConf.flag(Configuration.key(option).orElseThrow()));
            assertThat(option.description()).isNotEmpty();
        }
    }
}
