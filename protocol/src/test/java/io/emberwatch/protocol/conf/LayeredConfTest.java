package io.emberwatch.protocol.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LayeredConfTest {
    private final LayeredConf conf = new LayeredConf(
            "EMBERWATCH_PROBE_",
            Map.of("EMBERWATCH_PROBE_MACHINE_KEY_FILE", "/env"),
            ConfFile.parse("x.conf", List.of("machine.key-file = /file", "log.level = warn")));

    @Test
    void the_environment_comes_before_the_file() {
        assertThat(conf.find("machine.key-file"))
                .contains(new LayeredConf.Setting("/env", "EMBERWATCH_PROBE_MACHINE_KEY_FILE"));
    }

    @Test
    void the_file_counts_where_the_environment_says_nothing() {
        assertThat(conf.find("log.level")).contains(new LayeredConf.Setting("warn", "x.conf line 2"));
    }

    @Test
    void what_nobody_sets_is_absent() {
        assertThat(conf.find("machine.name")).isEmpty();
    }

    @Test
    void a_key_has_one_flag() {
        assertThat(LayeredConf.flag("machine.key-file")).isEqualTo("--machine-key-file");
    }

    @Test
    void what_a_setting_prints_is_where_it_stands_and_not_its_value() {
        assertThat(conf.find("log.level").orElseThrow()).hasToString("Setting[x.conf line 2]");
        assertThat(new ConfFile.Entry("mail.password", "s3cret", 3)).hasToString("Entry[mail.password, line=3]");
    }
}
