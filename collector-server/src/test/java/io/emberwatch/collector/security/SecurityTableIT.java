package io.emberwatch.collector.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every row of the table in {@code SECURITY.md} is tried, and holds; and nothing is tried that is not in it. */
@Tag("integration")
class SecurityTableIT {
    private static final Path DOCUMENT = Path.of("..", "SECURITY.md");
    private static final Pattern TEST_NAME = Pattern.compile("`(\\w+(?:Test|IT))`");

    private static Defended defended;

    /** One row: the attack's name, and the tests that go deeper. */
    private record Row(String attack, List<String> tests) {}

    @BeforeAll
    static void start() throws Exception {
        defended = new Defended();
    }

    @AfterAll
    static void stop() throws Exception {
        defended.close();
    }

    @TestFactory
    Stream<DynamicTest> every_attack_of_the_table_fails() {
        return rows().map(row -> DynamicTest.dynamicTest(
                row.attack(), () -> Attacks.named(row.attack()).tryOn(defended)));
    }

    @Test
    void every_attack_has_its_row() {
        assertThat(rows().map(Row::attack)).containsExactlyInAnyOrderElementsOf(Attacks.names());
    }

    @Test
    void the_tests_that_the_table_names_exist() throws IOException {
        Set<String> existing = new HashSet<>();
        for (String module : List.of("protocol", "probe-client", "collector-server")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "test", "java"))) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".java"))
                        .forEach(name -> existing.add(name.substring(0, name.length() - ".java".length())));
            }
        }

        assertThat(rows()).allSatisfy(row -> {
            assertThat(row.tests()).as(row.attack()).isNotEmpty();
            assertThat(existing).as(row.attack()).containsAll(row.tests());
        });
    }

    private static Stream<Row> rows() {
        try {
            return Files.readAllLines(DOCUMENT).stream()
                    .filter(line -> line.startsWith("| `"))
                    .map(line -> Arrays.stream(line.substring(1).split("\\|"))
                            .map(String::strip)
                            .toList())
                    .map(cells -> new Row(
                            cells.get(0).replace("`", ""),
                            TEST_NAME
                                    .matcher(cells.get(4))
                                    .results()
                                    .map(name -> name.group(1))
                                    .toList()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
