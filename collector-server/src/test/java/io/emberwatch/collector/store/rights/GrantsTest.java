package io.emberwatch.collector.store.rights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the two servers say, word for word, and what is read from it. */
class GrantsTest {
    private static final String MARIADB = "mariadb-11.4.5";
    private static final String MYSQL = "mysql-8.0.15";
    private static final Grants NEEDED = DatabaseRole.COLLECTOR.grants("emberwatch");

    @ParameterizedTest
    @ValueSource(strings = {MARIADB, MYSQL})
    void what_the_file_gives_is_neither_too_much_nor_too_little(String server) throws IOException {
        Grants grants = said(server, "as the file");

        assertThat(grants.excessOver(NEEDED)).isEmpty();
        assertThat(grants.missingFor(NEEDED)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {MARIADB, MYSQL})
    void a_whole_schema_is_too_much(String server) throws IOException {
        Grants grants = said(server, "everything in the schema");

        assertThat(grants.excessOver(NEEDED))
                .containsExactly("SELECT, INSERT, UPDATE, DELETE, CREATE and 5 more on emberwatch.*");
        assertThat(grants.missingFor(NEEDED)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {MARIADB, MYSQL})
    void an_administrator_may_do_far_too_much(String server) throws IOException {
        Grants grants = said(server, "administrator");

        assertThat(grants.excessOver(NEEDED))
                .anyMatch(right -> right.endsWith(" on *.*"))
                .anyMatch(right -> right.startsWith("PROXY ON ''@'"))
                .allMatch(right -> right.length() < 200, "short");
        assertThat(grants.missingFor(NEEDED)).isEmpty();
    }

    @Test
    void every_unexpected_right_is_named_as_mariadb_grants_it() throws IOException {
        assertThat(said(MARIADB, "odd").excessOver(NEEDED))
                .containsExactly(
                        "ADMIN OPTION of role ops",
                        "PROCESS, FILE on *.*",
                        "ALL PRIVILEGES, GRANT OPTION on ember\\_%.*",
                        "INSERT on emberwatch.a`b, c",
                        "SELECT on mysql.user",
                        "EXECUTE ON PROCEDURE emberwatch.pp",
                        "PROXY ON 'own'@'%'");
    }

    @Test
    void every_unexpected_right_is_named_as_mysql_grants_it() throws IOException {
        assertThat(said(MYSQL, "odd").excessOver(NEEDED))
                .containsExactly(
                        "PROCESS, FILE on *.*",
                        "BACKUP_ADMIN on *.*",
                        "ALL PRIVILEGES, GRANT OPTION on ember\\_%.*",
                        "INSERT on emberwatch.a`b, c",
                        "SELECT on mysql.user",
                        "EXECUTE ON PROCEDURE emberwatch.pp",
                        "PROXY ON 'own'@'%'",
                        "ADMIN OPTION of role ops@%");
    }

    @Test
    void rights_that_a_role_or_everybody_has_count_and_only_those_of_everybody_are_not_the_users_fault()
            throws IOException {
        Grants grants = said(MARIADB, "through an active role and PUBLIC");

        assertThat(grants.missingFor(NEEDED)).isEmpty();
        assertThat(grants.excessOver(NEEDED)).containsExactly("SELECT, EXECUTE, CREATE VIEW on emberwatch.*");
    }

    @Test
    void what_is_missing_is_named_with_its_table() throws IOException {
        List<String> lines = lines(MYSQL, "as the file");
        lines.removeIf(line -> line.contains("machine_key"));
        lines.replaceAll(
                line -> line.replace("INSERT, ALTER ON `emberwatch`.`reading`", "INSERT ON `emberwatch`.`reading`"));

        assertThat(Grants.parse(lines, "emberwatch").missingFor(NEEDED))
                .containsExactly("SELECT, INSERT, UPDATE, DELETE on machine_key", "ALTER on reading");
    }

    @Test
    void a_right_of_the_whole_server_whose_name_begins_with_all_is_not_all() {
        Grants grants = Grants.parse(List.of("GRANT ALLOW_NONEXISTENT_DEFINER ON *.* TO `e`@`%`"), "emberwatch");

        assertThat(grants.missingFor(NEEDED)).hasSize(tables());
    }

    /** How many the file names. */
    private static int tables() {
        return DatabaseRole.COLLECTOR.statements("'x'@'x'").size() - 1;
    }

    @Test
    void rights_in_another_schema_do_not_help() throws IOException {
        Grants grants = Grants.parse(lines(MYSQL, "as the file"), "other");

        assertThat(grants.missingFor(DatabaseRole.COLLECTOR.grants("other"))).hasSize(tables());
        assertThat(grants.excessOver(DatabaseRole.COLLECTOR.grants("other"))).hasSize(tables());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GRANT ALL PRIVILEGES ON `ember%`.* TO `e`@`%`",
                "GRANT ALL PRIVILEGES ON `emberwatc_`.* TO `e`@`%`",
                "GRANT ALL PRIVILEGES ON \"EMBERWATCH\".* TO \"e\"@\"%\"",
            })
    void a_pattern_gives_rights_in_the_schemas_that_it_is_like(String line) {
        assertThat(Grants.parse(List.of(line), "emberwatch").missingFor(NEEDED)).isEmpty();
        assertThat(missingIn("another", line)).isNotEmpty();
    }

    @Test
    void an_escaped_letter_of_a_pattern_stands_for_itself() {
        String line = "GRANT ALL PRIVILEGES ON `ember\\_x`.* TO `e`@`%`";

        assertThat(missingIn("ember_x", line)).isEmpty();
        assertThat(missingIn("emberax", line)).isNotEmpty();
    }

    @Test
    void names_of_schema_and_tables_may_differ_in_case() throws IOException {
        List<String> lines = lines(MYSQL, "as the file");
        lines.replaceAll(line -> line.replace("`emberwatch`.", "`EmberWatch`."));
        Grants grants = Grants.parse(lines, "emberwatch");

        assertThat(grants.excessOver(NEEDED)).isEmpty();
        assertThat(grants.missingFor(NEEDED)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "REVOKE SELECT ON `emberwatch`.* FROM `emberwatch`@`localhost`",
                "GRANT {\"a\": 1} ON `emberwatch`.* TO `emberwatch`@`localhost`",
                "something of a server of the future",
                "",
            })
    void a_line_that_is_not_understood_may_give_what_seems_to_be_missing(String line) {
        Grants grants = Grants.parse(List.of(line), "emberwatch");

        assertThat(grants.missingFor(NEEDED)).isEmpty();
        assertThat(grants.excessOver(NEEDED)).isEmpty();
    }

    @Test
    void no_password_hash_is_shown() throws IOException {
        for (String section : List.of("as the file", "odd", "administrator")) {
            assertThat(said(MARIADB, section).excessOver(NEEDED)).noneMatch(right -> right.contains("IDENTIFIED"));
        }
    }

    private static List<String> missingIn(String schema, String line) {
        return Grants.parse(List.of(line), schema).missingFor(DatabaseRole.COLLECTOR.grants(schema));
    }

    private static Grants said(String server, String section) throws IOException {
        return Grants.parse(lines(server, section), "emberwatch");
    }

    private static List<String> lines(String server, String section) throws IOException {
        String text = Files.readString(Path.of("src/test/resources/grants", server + ".txt"));
        return Stream.of(text.split("(?m)^## ", -1))
                .filter(part -> part.startsWith(section + "\n"))
                .map(part -> new ArrayList<>(part.lines().skip(1).toList()))
                .findFirst()
                .orElseThrow();
    }
}
