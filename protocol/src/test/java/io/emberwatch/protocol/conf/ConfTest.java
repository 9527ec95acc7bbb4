package io.emberwatch.protocol.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ConfTest {
    private static final KeyTable.Builder KEYS = new KeyTable.Builder();
    private static final Key<String> KEY_FILE =
            KEYS.optional("machine.key-file", Kind.text("FILE"), "none").text("one");
    private static final Key<String> LEVEL = KEYS.key(
                    "log.level", Kind.choice("LEVEL", List.of("warn", "info")), "info")
            .text("two");
    private static final Key<Duration> INTERVAL = KEYS.key(
                    "sampling.interval", Kind.duration(Duration.ofSeconds(1), Duration.ofHours(1)), "5s")
            .text("three");
    private static final Key<String> SECRET = KEYS.optional(
                    "mail.password", Kind.secret("PASSWORD", ConfTest::none), "none")
            .text("four");
    private static final Key<String> NAME =
            KEYS.optional("machine.name", Kind.text("NAME"), "the host name").text("five");
    private static final KeyTable TABLE = KEYS.build("EMBERWATCH_PROBE_", "old.flag", "old.variable", "old.line");

    @Test
    void a_flag_comes_before_the_environment_and_that_before_the_file_and_that_before_the_default() {
        Conf conf = conf(
                Map.of("machine.key-file", "/flag"),
                Map.of("EMBERWATCH_PROBE_MACHINE_KEY_FILE", "/env", "EMBERWATCH_PROBE_LOG_LEVEL", "warn"),
                "machine.key-file = /file",
                "log.level = info",
                "machine.name = a");

        assertThat(conf.find(KEY_FILE)).contains(new Conf.Setting("/flag", "--machine-key-file"));
        assertThat(conf.find(LEVEL)).contains(new Conf.Setting("warn", "EMBERWATCH_PROBE_LOG_LEVEL"));
        assertThat(conf.find(NAME)).contains(new Conf.Setting("a", "x.conf line 3"));
        assertThat(conf.find(INTERVAL)).contains(new Conf.Setting("5s", "default"));
        assertThat(conf.find(SECRET)).isEmpty();
    }

    @Test
    void a_value_is_read_as_its_kind_says() {
        Conf conf = conf(Map.of(), Map.of(), "sampling.interval = 2m");

        assertThat(conf.require(INTERVAL)).isEqualTo(Duration.ofMinutes(2));
        assertThat(conf.get(NAME)).isEmpty();
    }

    @Test
    void a_value_out_of_range_is_named_with_its_key_its_place_and_the_range() {
        Conf conf = conf(Map.of(), Map.of(), "sampling.interval = 2h");

        assertThatExceptionOfType(ConfException.class)
                .isThrownBy(() -> conf.get(INTERVAL))
                .withMessage("sampling.interval = 2h (x.conf line 1): must be 1s to 1h");
    }

    @Test
    void a_secret_is_not_repeated() {
        Conf conf = conf(Map.of(), Map.of(), "mail.password = s3cret");

        assertThatExceptionOfType(ConfException.class)
                .isThrownBy(() -> conf.get(SECRET))
                .withMessage("mail.password (x.conf line 1): must be another one");
    }

    @Test
    void a_retired_key_is_warned_of_wherever_it_is_set() {
        Conf conf = conf(
                Map.of("old.flag", "1"),
                Map.of("EMBERWATCH_PROBE_OLD_VARIABLE", "1"),
                "log.level = info",
                "old.line = 1");

        assertThat(conf.warnings())
                .containsExactly(
                        "--old-flag: old.flag has no effect any more; it can be removed",
                        "EMBERWATCH_PROBE_OLD_VARIABLE: old.variable has no effect any more; it can be removed",
                        "x.conf line 2: old.line has no effect any more; the line can be removed");
    }

    @Test
    void a_configuration_without_retired_keys_is_not_warned_of() {
        assertThat(conf(Map.of(), Map.of(), "log.level = info").warnings()).isEmpty();
    }

    @Test
    void what_a_setting_prints_is_where_it_stands_and_not_its_value() {
        Conf conf = conf(Map.of(), Map.of(), "log.level = warn");

        assertThat(conf.find(LEVEL).orElseThrow()).hasToString("Setting[x.conf line 1]");
        assertThat(new ConfFile.Entry("mail.password", "s3cret", 3)).hasToString("Entry[mail.password, line=3]");
    }

    private static Conf conf(Map<String, String> flags, Map<String, String> environment, String... lines) {
        return new Conf(TABLE, flags, environment, ConfFile.parse("x.conf", List.of(lines)));
    }

    private static String none(String text) {
        throw new IllegalArgumentException("must be another one");
    }
}
