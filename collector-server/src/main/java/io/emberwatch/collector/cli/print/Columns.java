package io.emberwatch.collector.cli.print;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What is printed of one kind of thing: the columns of its table for people and the fields of its JSON object for
 * scripts, declared once. A column may be for only one of the two. Values are what {@link Json} can write; in a table
 * an empty optional is an empty cell. Immutable.
 *
 * @param <R> what a row of the table, or an object, is about
 */
public final class Columns<R> {
    private final List<Column<R>> shown;
    private final List<Column<R>> fields;

    /** A value under a name: the head of a column, or the key of a field. */
    private record Column<R>(String name, Function<R, ?> value) {}

    private Columns(List<Column<R>> shown, List<Column<R>> fields) {
        this.shown = List.copyOf(shown);
        this.fields = List.copyOf(fields);
    }

    /** None yet. */
    public static <R> Columns<R> of(Class<R> kind) {
        return new Columns<>(List.of(), List.of());
    }

    /** With a column whose value people and scripts both get as it is. */
    public Columns<R> with(String head, String key, Function<R, ?> value) {
        return forPeople(head, value).forScripts(key, value);
    }

    /** With a column whose value people get in words. */
    public Columns<R> with(String head, Function<R, ?> words, String key, Function<R, ?> value) {
        return forPeople(head, words).forScripts(key, value);
    }

    /** Like {@link #with(String, Function, String, Function)}, where the text depends on the value alone. */
    public <V> Columns<R> with(String head, String key, Function<R, V> value, Function<V, ?> words) {
        return with(head, value.andThen(words), key, value);
    }

    public Columns<R> forPeople(String head, Function<R, ?> words) {
        return new Columns<>(and(shown, new Column<>(head, words)), fields);
    }

    public Columns<R> forScripts(String key, Function<R, ?> value) {
        return new Columns<>(shown, and(fields, new Column<>(key, value)));
    }

    /** The same columns of something that has one of these as a part. */
    public <W> Columns<W> over(Function<W, R> part) {
        return new Columns<>(over(shown, part), over(fields, part));
    }

    /**
     * A table with a line of heads and a line for each row.
     *
     * @param heads the columns to show, in their order; all as declared if none is given
     */
    public String table(Collection<R> rows, String... heads) {
        List<Column<R>> columns =
                heads.length == 0 ? shown : Stream.of(heads).map(this::column).toList();
        TextTable table = new TextTable().row(columns.stream().map(Column::name).toList());
        for (R row : rows) {
            table.row(columns.stream()
                    .map(column -> text(column.value().apply(row)))
                    .toList());
        }
        return table.toString();
    }

    /** One thing alone: a line for each column with its head and value, but none where an optional is empty. */
    public String sheet(R row) {
        TextTable sheet = new TextTable();
        for (Column<R> column : shown) {
            Object value = Json.unwrap(column.value().apply(row));
            if (value != null) {
                sheet.row(List.of(column.name(), value.toString()));
            }
        }
        return sheet.toString();
    }

    /** The JSON object of one thing. */
    public Map<String, Object> object(R row) {
        Map<String, Object> object = new LinkedHashMap<>();
        fields.forEach(field -> object.put(field.name(), field.value().apply(row)));
        return object;
    }

    /** The JSON objects, one for each row. */
    public List<Map<String, Object>> objects(Collection<R> rows) {
        return rows.stream().map(this::object).toList();
    }

    private Column<R> column(String head) {
        return shown.stream()
                .filter(column -> column.name().equals(head))
                .findFirst()
                .orElseThrow();
    }

    private static <W, R> List<Column<W>> over(List<Column<R>> columns, Function<W, R> part) {
        return columns.stream()
                .map(column -> new Column<W>(column.name(), part.andThen(column.value())))
                .toList();
    }

    private static String text(Object value) {
        Object unwrapped = Json.unwrap(value);
        return unwrapped == null ? "" : unwrapped.toString();
    }

    private static <T> List<T> and(List<T> all, T another) {
        List<T> more = new ArrayList<>(all);
        more.add(another);
        return more;
    }
}
