package io.emberwatch.collector.cli.print;

import io.emberwatch.protocol.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * A table with aligned columns, also where characters are two columns of a terminal wide. What does not print, which
 * somebody may have put into the database, does not reach the terminal. The width of each cell is computed once.
 */
final class TextTable {
    private static final String GAP = "  ";

    private final ToIntFunction<String> measure;
    private final List<List<Cell>> rows = new ArrayList<>();
    private int[] widths = {};

    /** A text and the columns of a terminal that it takes. */
    private record Cell(String text, int width) {}

    TextTable() {
        this(TextTable::width);
    }

    /** @param measure how many columns of a terminal a text takes */
    TextTable(ToIntFunction<String> measure) {
        this.measure = measure;
    }

    /** Adds a row; every row has as many cells as the first. */
    TextTable row(List<String> texts) {
        if (rows.isEmpty()) {
            widths = new int[texts.size()];
        }
        List<Cell> row = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            String text = Texts.printable(texts.get(i));
            Cell cell = new Cell(text, measure.applyAsInt(text));
            widths[i] = Math.max(widths[i], cell.width());
            row.add(cell);
        }
        rows.add(row);
        return this;
    }

    /** The lines, each with its end. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (List<Cell> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                Cell cell = row.get(i);
                line.append(cell.text())
                        .append(" ".repeat(widths[i] - cell.width()))
                        .append(GAP);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static int width(String text) {
        return text.codePoints().map(TextTable::width).sum();
    }

    private static int width(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
            default -> isWide(codePoint) ? 2 : 1;
        };
    }

    /** The blocks that Unicode's East Asian Width (UAX #11) calls wide, and emoji. */
    private static boolean isWide(int c) {
        return c >= 0x1100
                && (c <= 0x115F
                        || (c >= 0x2E80 && c <= 0xA4CF)
                        || (c >= 0xAC00 && c <= 0xD7A3)
                        || (c >= 0xF900 && c <= 0xFAFF)
                        || (c >= 0xFE30 && c <= 0xFE6F)
                        || (c >= 0xFF00 && c <= 0xFF60)
                        || (c >= 0xFFE0 && c <= 0xFFE6)
                        || (c >= 0x1F300 && c <= 0x1FAFF)
                        || (c >= 0x20000 && c <= 0x3FFFD));
    }
}
