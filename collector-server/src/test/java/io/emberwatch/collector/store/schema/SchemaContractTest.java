package io.emberwatch.collector.store.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.model.LimitTable;
import io.emberwatch.collector.store.LimitStore;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Scope;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The metric catalogue and the schema agree, and the schema explains itself. */
@EveryServer
class SchemaContractTest {
    private static final String OURS = " AND table_name <> 'schema_history'";
    private static final String TABLES = " AND table_name IN"
            + " (SELECT table_name FROM information_schema.tables"
            + " WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE')";

    @AutoClose
    private final TestDatabase database;

    SchemaContractTest(TestServer server) {
        database = server.create();
    }

    @Test
    void every_metric_of_a_machine_is_a_column_of_reading_in_the_same_order() {
        assertThat(metricColumns("reading", "'machine_id','taken_at','sequence'"))
                .isEqualTo(expectedColumns(Scope.MACHINE));
    }

    @Test
    void every_metric_of_a_card_is_a_column_of_gpu_reading_in_the_same_order() {
        assertThat(metricColumns("gpu_reading", "'gpu_id','taken_at','sequence','machine_id'"))
                .isEqualTo(expectedColumns(Scope.GPU));
    }

    @ParameterizedTest
    @CsvSource({"MACHINE, reading", "MACHINE, reading_ahead", "GPU, gpu_reading", "GPU, gpu_reading_ahead"})
    void the_column_of_a_metric_holds_all_of_its_range(Scope scope, String table) {
        Map<String, NumberType> types = types(table);

        assertThat(scope.metrics())
                .allSatisfy(metric -> assertThat(types.get(metric.column()).holds(metric))
                        .as("%s as %s", metric, types.get(metric.column()))
                        .isTrue());
    }

    @Test
    void an_alarm_holds_each_value_that_can_raise_or_clear_it() {
        NumberType raised = types("alarm").get("raised_value");
        NumberType cleared = types("alarm").get("cleared_value");
        NumberType ofEvent = types("alarm_event").get("value");

        assertThat(Metric.values())
                .allMatch(raised::holds)
                .allMatch(cleared::holds)
                .allMatch(ofEvent::holds);
    }

    @Test
    void readings_of_days_to_come_have_the_columns_of_all_others() {
        for (String table : List.of("reading", "gpu_reading")) {
            assertThat(definitions(table + "_ahead")).isEqualTo(definitions(table));
        }
    }

    @Test
    void the_views_show_every_metric() {
        assertThat(columnsOf("machine_now")).containsAll(names(Scope.MACHINE));
        assertThat(columnsOf("gpu_now")).containsAll(names(Scope.GPU));
    }

    @Test
    void fleet_limits_are_set_on_metrics_that_exist() {
        assertThat(database.query("SELECT DISTINCT metric FROM fleet_limit"))
                .allMatch(metric -> Metric.byColumn(metric).isPresent());
    }

    @Test
    void fleet_limits_make_sense() throws SQLException {
        assertThat(LimitTable.of(database.database().transact(new LimitStore()::list))
                        .problems())
                .isEmpty();
    }

    @Test
    void every_table_has_a_comment() {
        assertThat(database.query("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
                        + " AND table_type = 'BASE TABLE' AND table_comment = ''"))
                .isEmpty();
    }

    @Test
    void every_column_has_a_comment() {
        assertThat(database.query("SELECT CONCAT(table_name, '.', column_name) FROM information_schema.columns"
                        + " WHERE table_schema = DATABASE() AND column_comment = ''" + OURS + TABLES))
                .isEmpty();
    }

    /** Those that MySQL makes for a foreign key cannot have one, so every foreign key needs an index of ours. */
    @Test
    void every_index_names_the_query_that_it_serves() {
        assertThat(database.query("SELECT CONCAT(table_name, '.', index_name) FROM information_schema.statistics"
                        + " WHERE table_schema = DATABASE() AND index_name <> 'PRIMARY' AND index_comment = ''" + OURS))
                .isEmpty();
    }

    /** A type for numbers, by its least and its greatest one. */
    private record NumberType(String name, BigDecimal min, BigDecimal max) {
        private static final Map<String, Integer> BITS =
                Map.of("tinyint", 8, "smallint", 16, "mediumint", 24, "int", 32, "bigint", 64);

        /** @param type in the server's words, for example {@code decimal(5,1)} or {@code int(10) unsigned} */
        static NumberType of(String type) {
            Matcher decimal = Pattern.compile("decimal\\((\\d+),(\\d+)\\)").matcher(type);
            if (decimal.matches()) {
                BigDecimal most = BigDecimal.TEN
                        .pow(Integer.parseInt(decimal.group(1)))
                        .subtract(BigDecimal.ONE)
                        .movePointLeft(Integer.parseInt(decimal.group(2)));
                return new NumberType(type, most.negate(), most);
            }
            BigDecimal count = BigDecimal.valueOf(2).pow(BITS.get(type.replaceAll("[( ].*", "")));
            BigDecimal min = type.contains("unsigned")
                    ? BigDecimal.ZERO
                    : count.divide(BigDecimal.valueOf(2)).negate();
            return new NumberType(type, min, min.add(count).subtract(BigDecimal.ONE));
        }

        boolean holds(Metric metric) {
            return new BigDecimal(metric.format(metric.minRaw())).compareTo(min) >= 0
                    && new BigDecimal(metric.format(metric.maxRaw())).compareTo(max) <= 0;
        }
    }

    private Map<String, NumberType> types(String table) {
        return database
                .query("SELECT CONCAT(column_name, ':', column_type) FROM information_schema.columns"
                        + " WHERE table_schema = DATABASE() AND table_name = '" + table
                        + "' AND numeric_precision IS NOT NULL")
                .stream()
                .map(column -> column.split(":", 2))
                .collect(Collectors.toMap(column -> column[0], column -> NumberType.of(column[1])));
    }

    private List<String> metricColumns(String table, String keys) {
        return database.query("SELECT CONCAT(column_name, ' ', COALESCE(numeric_scale, -1), ' ', is_nullable)"
                + " FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = '" + table
                + "' AND column_name NOT IN (" + keys + ") ORDER BY ordinal_position");
    }

    /** In the order of their names: a column that both got at the same time is behind another in each. */
    private List<String> definitions(String table) {
        return database.query("SELECT CONCAT_WS(' ', column_name, column_type, is_nullable, column_comment)"
                + " FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = '" + table
                + "' AND column_name <> 'stored_at' ORDER BY column_name");
    }

    private List<String> columnsOf(String view) {
        return database.query("SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE()"
                + " AND table_name = '" + view + "'");
    }

    private static List<String> expectedColumns(Scope scope) {
        return scope.metrics().stream()
                .map(metric -> metric.column() + " " + metric.decimals() + " YES")
                .toList();
    }

    private static List<String> names(Scope scope) {
        return scope.metrics().stream().map(Metric::column).toList();
    }
}
