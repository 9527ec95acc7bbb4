package io.emberwatch.collector.store.rights;

import io.emberwatch.collector.store.rights.GrantLine.OnTables;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a user may do, by the lines of SHOW GRANTS; or is to be allowed, by the statements of a file. Immutable. */
public final class Grants {
    private static final String ALL = "*";
    private static final int PRIVILEGES_SHOWN = 5;

    private final String schema;
    private final List<GrantLine> lines;

    private Grants(String schema, List<GrantLine> lines) {
        this.schema = schema;
        this.lines = lines;
    }

    /**
     * Reads lines of SHOW GRANTS, or statements; what is not understood is kept in mind as such.
     *
     * @param schema the schema that matters, and that tables are in that are named without one
     */
    public static Grants parse(List<String> lines, String schema) {
        return new Grants(
                schema,
                lines.stream().map(line -> GrantLine.parse(line, schema)).toList());
    }

    /**
     * What may be done beyond what is needed, in words: {@code DROP on emberwatch.reading}. Roles are not looked into:
     * their rights are lines of their own.
     */
    public List<String> excessOver(Grants needed) {
        Set<String> excess = new LinkedHashSet<>();
        for (GrantLine line : lines) {
            if (line instanceof OnTables own && !own.toEverybody()) {
                excess.addAll(excess(own, needed));
            } else if (line instanceof GrantLine.Elsewhere elsewhere) {
                excess.add(elsewhere.what());
            } else if (line instanceof GrantLine.Role role && role.adminOption()) {
                excess.add("ADMIN OPTION of role " + role.name().replace("`", ""));
            }
        }
        return List.copyOf(excess);
    }

    /**
     * What is needed and may not be done, in words: {@code SELECT, INSERT on machine_key}. Empty also if any line is
     * unclear, because that line may give it.
     */
    public List<String> missingFor(Grants needed) {
        if (lines.stream().anyMatch(GrantLine.Unclear.class::isInstance)) {
            return List.of();
        }
        List<String> missing = new ArrayList<>();
        needed.byTable().forEach((table, privileges) -> {
            List<String> lacking = privileges.stream()
                    .filter(privilege -> onTables().noneMatch(own -> gives(own, privilege, table)))
                    .toList();
            if (!lacking.isEmpty()) {
                missing.add(String.join(", ", lacking) + " on " + table);
            }
        });
        return missing;
    }

    /** The roles that the user is a member of, as quoted SQL. */
    List<String> roles() {
        return lines.stream()
                .filter(GrantLine.Role.class::isInstance)
                .map(line -> ((GrantLine.Role) line).name())
                .toList();
    }

    /** The tables and views of the schema that are given one by one, with the privileges on each. */
    public Map<String, List<String>> byTable() {
        Map<String, List<String>> found = new LinkedHashMap<>();
        onTables()
                .filter(own ->
                        own.schema().equalsIgnoreCase(schema) && !own.table().equals(ALL))
                .forEach(own -> found.merge(own.table().toLowerCase(Locale.ROOT), own.privileges(), Grants::both));
        return found;
    }

    private Stream<OnTables> onTables() {
        return lines.stream().filter(OnTables.class::isInstance).map(OnTables.class::cast);
    }

    private List<String> excess(OnTables own, Grants needed) {
        List<String> allowed = own.schema().equalsIgnoreCase(schema)
                ? needed.byTable().getOrDefault(own.table().toLowerCase(Locale.ROOT), List.of())
                : List.of();
        List<String> beyond = new ArrayList<>(own.privileges().stream()
                .filter(privilege -> !privilege.equals("USAGE") && !allowed.contains(withoutColumns(privilege)))
                .toList());
        if (own.grantOption()) {
            beyond.add("GRANT OPTION");
        }
        return beyond.isEmpty() ? List.of() : List.of(shortened(beyond) + " on " + own.schema() + "." + own.table());
    }

    private boolean gives(OnTables own, String privilege, String table) {
        boolean here = own.table().equals(ALL)
                ? own.schema().equals(ALL) || like(own.schema()).matcher(schema).matches()
                : own.schema().equalsIgnoreCase(schema) && own.table().equalsIgnoreCase(table);
        // Some columns may be all that there are.
        return here
                && own.privileges().stream()
                        .anyMatch(given -> given.equals("ALL PRIVILEGES")
                                || given.equals("ALL")
                                || withoutColumns(given).equals(privilege));
    }

    private static String withoutColumns(String privilege) {
        return privilege.replaceFirst(" ?\\(.*", "");
    }

    private static String shortened(List<String> privileges) {
        int more = privileges.size() - PRIVILEGES_SHOWN;
        return more <= 0
                ? String.join(", ", privileges)
                : String.join(", ", privileges.subList(0, PRIVILEGES_SHOWN)) + " and " + more + " more";
    }

    private static List<String> both(List<String> one, List<String> other) {
        return Stream.concat(one.stream(), other.stream()).distinct().toList();
    }

    /** The pattern of a schema: % and _ stand for others unless a \ is before them. */
    private static Pattern like(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\\' && i + 1 < pattern.length()) {
                i++;
                regex.append(Pattern.quote(String.valueOf(pattern.charAt(i))));
            } else {
                regex.append(c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE);
    }
}
