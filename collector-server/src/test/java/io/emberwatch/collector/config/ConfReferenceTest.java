package io.emberwatch.collector.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.protocol.conf.ConfFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

        assertThat(file.entries()).extracting(ConfFile.Entry::key).isSubsetOf(CollectorKeys.TABLE.names());
        file.requireKnownKeys(CollectorKeys.TABLE);
    }

    @Test
    void every_key_has_a_text_and_its_option_in_the_configuration_as_a_whole() {
        List<OptionSpec> options =
                CommandSpec.forAnnotatedObject(new CollectorOptions()).options();

        assertThat(CollectorKeys.TABLE.keys()).allSatisfy(key -> {
            assertThat(key.text()).isNotEmpty();
            assertThat(options)
                    .filteredOn(option -> List.of(option.names()).contains(key.flag()))
                    .singleElement()
                    .satisfies(option -> assertThat(Configuration.key(option)).contains(key));
        });
        assertThat(options)
                .filteredOn(option -> !option.hidden())
                .allSatisfy(option -> assertThat(Configuration.key(option)).isPresent());
    }
}
