package io.emberwatch.protocol.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfFileTest {
    @TempDir
    Path folder;

    @ParameterizedTest(name = "[{0}] has the value [{1}]")
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            quoteCharacter = '`',
            value = {
                "k = v|v",
                "k=v|v",
                "  k  =  v w  |v w",
                "k = a=b|a=b",
                "k = v # comment|v",
                "k = a#b|a#b",
                "k = \" # v \"|` # v `",
                "k = \"v\" # comment|v",
                "k = \"\"|``",
                "k = größer|größer"
            })
    void a_line_sets_a_key(String line, String value) {
        ConfFile file = ConfFile.parse("x.conf", List.of(line));

        assertThat(file.find("k")).contains(new ConfFile.Entry("k", value, 1));
    }

    @Test
    void comments_and_blank_lines_set_nothing() {
        ConfFile file = ConfFile.parse("x.conf", List.of("# a = b", "", "   # c = d", "  \t"));

        assertThat(file.entries()).isEmpty();
    }

    @ParameterizedTest(name = "[{0}]")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "novalue|x.conf line 2: expected 'key = value', but there is no =",
                "k =|x.conf line 2: 'k' has no value; put # before the line to leave it unset",
                "k = # v|x.conf line 2: 'k' has no value; put # before the line to leave it unset",
                "K = v|x.conf line 2: 'K' is not a key: lower-case letters, digits, '.' and '-' only",
                "= v|x.conf line 2: '' is not a key: lower-case letters, digits, '.' and '-' only",
                "k = \"v|x.conf line 2: the quoted value of 'k' must end with a quote, and its line there",
                "k = \"v\" w|x.conf line 2: the quoted value of 'k' must end with a quote, and its line there",
                "first = 2|x.conf line 2: 'first' is already set in line 1"
            })
    void a_mistake_is_named_with_file_and_line(String line, String message) {
        assertThatExceptionOfType(ConfException.class)
                .isThrownBy(() -> ConfFile.parse("x.conf", List.of("first = 1", line)))
                .withMessage(message);
    }

    @Test
    void an_unknown_key_is_refused_with_a_suggestion() {
        ConfFile file = ConfFile.parse("x.conf", List.of("# one", "sampling.intreval = 5s"));

        assertThatExceptionOfType(ConfException.class)
                .isThrownBy(() -> file.requireKnownKeys(keys("machine.name", "sampling.interval")))
                .withMessage("x.conf line 2: unknown key 'sampling.intreval'; did you mean 'sampling.interval'?");
    }

    @Test
    void a_file_is_read_as_utf_8_with_or_without_byte_order_mark() throws IOException {
        Path path = Files.writeString(folder.resolve("probe.conf"), "\uFEFFmachine.name = gpu-1\n");

        assertThat(ConfFile.parse(path).find("machine.name")).isPresent();
    }

    @Test
    void a_missing_file_and_one_in_another_encoding_are_named() throws IOException {
        Path missing = folder.resolve("missing.conf");
        Path latin1 = Files.write(folder.resolve("latin1.conf"), new byte[] {'k', '=', (byte) 0xE4});

        assertThatExceptionOfType(ConfException.class)
                .isThrownBy(() -> ConfFile.parse(missing))
                .withMessage("no such configuration file: " + missing);
        assertThatExceptionOfType(ConfException.class)
                .isThrownBy(() -> ConfFile.parse(latin1))
                .withMessage("configuration file is not UTF-8: " + latin1);
    }

    private static KeyTable keys(String... names) {
        KeyTable.Builder keys = new KeyTable.Builder();
        List.of(names)
                .forEach(name -> keys.optional(name, Kind.text("TEXT"), "none").text());
        return keys.build("X_");
    }
}
