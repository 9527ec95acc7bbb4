package io.emberwatch.protocol;

import static io.emberwatch.protocol.GoldenFrame.gpu;
import static io.emberwatch.protocol.GoldenFrame.machine;
import static io.emberwatch.protocol.GoldenFrame.reading;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code PROTOCOL.md} says what the code does. */
class ProtocolDocumentTest {
    private static final Path DOCUMENT = Path.of("PROTOCOL.md");

    private final String document = Files.readString(DOCUMENT);

    ProtocolDocumentTest() throws IOException {}

    @Test
    void metrics_that_the_collector_observes_are_named_as_such() {
        assertThat(section("### 9.2 Of a GPU"))
                .contains(Scope.LINK.metrics().stream()
                        .map(metric -> "`" + metric.column() + "`")
                        .toList());
    }

    @Test
    void message_types() {
        assertThat(table("| type | message |", "## 4. A session").stream()
                        .map(row -> row.subList(0, 2))
                        .toList())
                .isEqualTo(Stream.of(MessageType.values())
                        .map(type -> List.of("0x%02x".formatted(type.wireByte()), type.name()))
                        .toList());
    }

    @Test
    void refusal_codes() {
        assertThat(table("| code | name |", "### 5.3").stream()
                        .map(row -> row.subList(0, 3))
                        .toList())
                .isEqualTo(Stream.of(RefusalCode.values())
                        .map(code -> List.of(
                                Integer.toString(code.wireCode()),
                                code.name(),
                                code.retryAfter().toSeconds() + " s"))
                        .toList());
    }

    @Test
    void reasons_of_bye() {
        assertThat(table("| reason | name |", "### 5.9").stream()
                        .map(row -> row.subList(0, 2))
                        .toList())
                .isEqualTo(Stream.of(Bye.Reason.values())
                        .map(reason -> List.of(Integer.toString(reason.wireCode()), reason.name()))
                        .toList());
    }

    @Test
    void reasons_of_lost() {
        assertThat(table("| reason | name |", "### 5.17").stream()
                        .map(row -> row.subList(0, 2))
                        .toList())
                .isEqualTo(Stream.of(Lost.Reason.values())
                        .map(reason -> List.of(Integer.toString(reason.wireCode()), reason.name()))
                        .toList());
    }

    @Test
    void faults_of_gpus() {
        assertThat(table("| code | name |", "### 9.2 Of a GPU").stream()
                        .map(row -> row.subList(0, 2))
                        .toList())
                .isEqualTo(Stream.of(GpuFault.values())
                        .map(fault -> List.of(Integer.toString(fault.code()), fault.name()))
                        .toList());
    }

    @Test
    void limits() {
        assertThat(section("## 2. Frames"))
                .contains("| " + WireLimits.MAX_FRAME_BYTES_BEFORE_WELCOME + " |")
                .contains("| " + WireLimits.MAX_FRAME_BYTES + " |");
        assertThat(section("## 3. Primitive types"))
                .contains("0 to " + WireLimits.MAX_TEXT_BYTES + ":")
                .contains("0 to " + WireLimits.MAX_SEQUENCE + " ")
                .contains("0 to " + WireLimits.MAX_DURATION_MILLIS + " ");
        assertThat(section("### 5.1"))
                .contains("| 1 to " + WireLimits.MAX_VERSIONS + " |")
                .contains("1 to " + WireLimits.MAX_MACHINE_NAME_LENGTH + " characters")
                .contains("0x%08X".formatted(Message.MAGIC));
        assertThat(section("### 5.4")).contains("| 0 to " + WireLimits.MAX_GPUS + " |");
        assertThat(section("### 5.5"))
                .contains("1 to " + WireLimits.MAX_READINGS_PER_FRAME + ";")
                .contains("| 0 to " + WireLimits.MAX_GPUS + " |")
                .contains("0 to " + (WireLimits.MAX_GPUS - 1) + ":");
        assertThat(section("### 5.5"))
                .contains("0 to " + WireLimits.MAX_XIDS + ":")
                .contains("0 to " + WireLimits.MAX_XID + ",");
        assertThat(section("### 5.18")).contains("| 0 to " + WireLimits.MAX_GPU_PROCESSES + " |");
        assertThat(section("### 5.15")).contains("| 1 to " + WireLimits.MAX_READINGS_PER_FRAME + " |");
        assertThat(section("### 5.16")).contains("| 0 to " + WireLimits.MAX_READINGS_PER_FRAME + ",");
    }

    @Test
    void the_example_is_the_frame_that_the_codec_writes() {
        Instant ten = Instant.parse("2026-11-05T10:00:00Z");
        Readings described = new Readings(List.of(
                reading(
                        41,
                        ten,
                        machine().set(Metric.CPU_TEMP_C, 61.5).set(Metric.LOAD_1M, 0.5),
                        gpu(0, gpu().set(Metric.GPU_TEMP_C, 70))),
                reading(
                        42,
                        ten.plusSeconds(10),
                        machine().set(Metric.LOAD_1M, 0.48),
                        gpu(0, gpu().set(Metric.GPU_TEMP_C, 71.5)))));
        MatchResult example = Pattern.compile("```hex\n(.*?)```", Pattern.DOTALL)
                .matcher(document)
                .results()
                .findFirst()
                .orElseThrow();

        assertThat(Hex.of(Hex.parse(example.group(1)))).isEqualTo(Hex.of(MessageCodec.encode(described)));
    }

    /** The text from {@code heading} to the next heading of any level. */
    private String section(String heading) {
        int start = document.indexOf("\n" + heading) + 1;
        assertThat(start).as("position of '%s' in %s", heading, DOCUMENT).isPositive();
        int end = document.indexOf("\n#", start);
        return document.substring(start, end < 0 ? document.length() : end);
    }

    /** The cells of the table with this beginning, without its head. */
    private List<List<String>> table(String head, String heading) {
        return section(heading)
                .lines()
                .dropWhile(line -> !line.startsWith(head))
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .map(line -> Arrays.stream(line.substring(1).split("\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
    }
}
