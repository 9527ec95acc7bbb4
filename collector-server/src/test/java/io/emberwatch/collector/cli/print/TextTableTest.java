package io.emberwatch.collector.cli.print;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void columns_are_aligned_also_beside_wide_and_combining_characters() {
        assertThat(new TextTable()
                        .row(List.of("NAME", "N"))
                        .row(List.of("李雷", "1"))
                        .row(List.of("Jose\u0301", "2"))
                        .row(List.of("🔥", "3"))
                        .toString())
                .isEqualTo("""
                        NAME  N
                        李雷  1
                        Jose\u0301  2
                        🔥    3
                        """);
    }

    @Test
    void what_steers_terminals_or_turns_text_around_does_not_reach_them() {
        assertThat(new TextTable().row(List.of("x\u001b[2Jy\n")).toString()).isEqualTo("x?[2Jy?\n");
        assertThat(new TextTable()
                        .row(List.of("A", "B"))
                        .row(List.of("\u009b2J\u2028\u202egnp", "1"))
                        .toString())
                .isEqualTo("A         B\n?2J??gnp  1\n");
    }

    @Test
    void the_width_of_each_cell_is_computed_once_however_many_rows_there_are() {
        AtomicInteger computed = new AtomicInteger();
        TextTable table = new TextTable(text -> {
            computed.incrementAndGet();
            return text.length();
        });
        for (int row = 0; row < 10_000; row++) {
            table.row(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", Integer.toString(row)));
        }

        assertThat(table.toString()).hasLineCount(10_000).endsWith("i  9999\n");
        assertThat(computed).hasValue(10_000 * 10);
    }
}
