package io.emberwatch.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What stands between {@code BEGIN metrics of …} and {@code END metrics of …} in {@code PROTOCOL.md} and in the views
 * is what the catalogue says. After a change of the catalogue this command writes it anew:
 *
 * <pre>mvn -pl protocol test -Dtest=CatalogTextsTest -Demberwatch.generate=true</pre>
 */
class CatalogTextsTest {
    private static final boolean GENERATE = Boolean.getBoolean("emberwatch.generate");
    private static final int LINE_LENGTH = 120;

    @ParameterizedTest
    @EnumSource(names = {"MACHINE", "GPU"})
    void protocol_document_lists_the_metrics_of_the_catalogue(Scope scope) throws IOException {
        holds(Path.of("PROTOCOL.md"), scope, CatalogTextsTest::table);
    }

    @ParameterizedTest
    @EnumSource(names = {"MACHINE", "GPU"})
    void views_of_the_latest_readings_have_a_column_for_each_metric(Scope scope) throws IOException {
        holds(Path.of("../sql/views/R__views.sql"), scope, CatalogTextsTest::columns);
    }

    private static void holds(Path file, Scope scope, Function<Scope, String> generated) throws IOException {
        String text = Files.readString(file);
        Matcher block = Pattern.compile(
                        "(?<=\\n)( *\\S+) BEGIN metrics of " + scope + ",[^\\n]*\\n(.*?)\\1 END metrics of " + scope,
                        Pattern.DOTALL)
                .matcher(text);
        assertThat(block.find())
                .as("a block for the metrics of %s in %s", scope, file)
                .isTrue();
        if (GENERATE) {
            Files.writeString(
                    file, text.substring(0, block.start(2)) + generated.apply(scope) + text.substring(block.end(2)));
            return;
        }
        assertThat(block.group(2))
                .as(
                        "metrics of %s in %s; to write them anew: "
                                + "mvn -pl protocol test -Dtest=CatalogTextsTest -Demberwatch.generate=true",
                        scope, file)
                .isEqualTo(generated.apply(scope));
    }

    private static String table(Scope scope) {
        StringBuilder table = new StringBuilder(
                "| wire id | name | unit | decimals | range | meaning |\n| --- | --- | --- | --- | --- | --- |\n");
        for (Metric metric : scope.metrics()) {
            String unit = metric.unit().isEmpty() ? "–" : metric.unit();
            table.append("| %d | `%s` | %s | %d | %s to %s | %s |\n"
                    .formatted(
                            metric.wireId(),
                            metric.column(),
                            unit,
                            metric.decimals(),
                            end(metric, metric.minRaw()),
                            end(metric, metric.maxRaw()),
                            metric.meaning()));
        }
        return table.toString();
    }

    /** An end of a range, which is a whole number in the metric's unit. */
    private static String end(Metric metric, long raw) {
        return new BigDecimal(metric.format(raw)).setScale(0).toPlainString().replace('-', '−');
    }

    private static String columns(Scope scope) {
        StringBuilder lines = new StringBuilder();
        StringBuilder line = new StringBuilder(" ");
        for (Metric metric : scope.metrics()) {
            String column = " r." + metric.column() + ",";
            if (line.length() + column.length() > LINE_LENGTH) {
                lines.append(line).append('\n');
                line = new StringBuilder(" ");
            }
            line.append(column);
        }
        return lines.append(line).append('\n').toString();
    }
}
