package io.emberwatch.collector.store.rights;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One line of SHOW GRANTS, of MySQL or MariaDB, or one GRANT statement. */
sealed interface GrantLine {
    /**
     * Privileges on tables.
     *
     * @param privileges in capitals; those on columns end with the columns in parentheses
     * @param schema a name; with {@code table} = *, a pattern as in LIKE, or * for every schema
     * @param table a name, or * for every table
     * @param toEverybody given to PUBLIC rather than to the user
     */
    record OnTables(List<String> privileges, String schema, String table, boolean grantOption, boolean toEverybody)
            implements GrantLine {}

    /** Something else that may be done, in words: a routine, a proxy. */
    record Elsewhere(String what) implements GrantLine {}

    /**
     * Membership in a role; what the role may do stands in lines of its own while it is active.
     *
     * @param name as SQL, quoted
     */
    record Role(String name, boolean adminOption) implements GrantLine {}

    /** Says nothing of what may be done. */
    record Irrelevant() implements GrantLine {}

    /** A line that takes something away, or that is not understood. */
    record Unclear() implements GrantLine {}

    /**
     * Reads a line.
     *
     * @param defaultSchema schema of tables named without one
     */
    static GrantLine parse(String line, String defaultSchema) {
        Matcher tables = Text.ON_TABLES.matcher(line);
        if (tables.matches()) {
            return onTables(tables, defaultSchema);
        }
        Matcher elsewhere = Text.ELSEWHERE.matcher(line);
        if (elsewhere.matches()) {
            return new Elsewhere(elsewhere.group(1).replace("`", ""));
        }
        Matcher role = Text.ROLE.matcher(line);
        if (role.matches()) {
            return new Role(role.group(1), role.group(2) != null);
        }
        return line.startsWith("SET DEFAULT ROLE ") ? new Irrelevant() : new Unclear();
    }

    private static GrantLine onTables(Matcher line, String defaultSchema) {
        List<String> privileges = Stream.of(line.group("privileges").split(",\\s*(?![^(]*\\))"))
                .map(privilege -> privilege.replace("`", ""))
                .toList();
        if (!privileges.stream().allMatch(privilege -> privilege.matches("[A-Za-z_ ]+( ?\\(.*\\))?"))) {
            return new Unclear();
        }
        String rest = line.group("rest");
        return new OnTables(
                privileges.stream()
                        .map(privilege -> privilege.toUpperCase(Locale.ROOT))
                        .toList(),
                line.group("schema") == null ? defaultSchema : Text.unquoted(line.group("schema")),
                Text.unquoted(line.group("table")),
                rest.matches(".* WITH .*\\bGRANT OPTION\\b.*"),
                rest.equals("PUBLIC") || rest.startsWith("PUBLIC "));
    }

    /** How the servers write it. */
    final class Text {
        /** MySQL quotes with " in the mode ANSI_QUOTES. */
        private static final String NAME = "(?:`(?:[^`]|``)+`|\"(?:[^\"]|\"\")+\"|[\\w$]+|\\*)";

        private static final Pattern ON_TABLES = Pattern.compile(
                "GRANT (?<privileges>.+?) ON (?:TABLE )?(?:(?<schema>" + NAME + ")\\.)?(?<table>" + NAME
                        + ") TO (?<rest>.*)",
                Pattern.DOTALL);
        private static final Pattern ELSEWHERE = Pattern.compile(
                "GRANT ([A-Z ,]+? ON (?:PROCEDURE|FUNCTION|PACKAGE BODY|PACKAGE|LIBRARY) .+|PROXY ON .+?) TO .*",
                Pattern.DOTALL);
        private static final Pattern ROLE = Pattern.compile(
                "GRANT ((?:`(?:[^`]|``)+`|'[^']+')(?:@(?:`[^`]*`|'[^']*'))?) TO .+?( WITH ADMIN OPTION)?",
                Pattern.DOTALL);

        private Text() {}

        private static String unquoted(String name) {
            char quote = name.charAt(0);
            return quote == '`' || quote == '"'
                    ? name.substring(1, name.length() - 1).replace("" + quote + quote, "" + quote)
                    : name;
        }
    }
}
