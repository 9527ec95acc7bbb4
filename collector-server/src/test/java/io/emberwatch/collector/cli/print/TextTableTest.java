package io.emberwatch.collector.cli.print;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void columns_are_aligned_also_beside_wide_and_combining_characters() {
        assertThat(new TextTable("NAME", "N")
                        .row("李雷", 1)
                        .row("Jose\u0301", 2)
                        .row("🔥", 3)
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
        assertThat(new TextTable("A").row("x\u001b[2Jy\n").toString()).isEqualTo("A\nx?[2Jy?\n");
        assertThat(new TextTable("A", "B").row("\u009b2J\u2028\u202egnp", 1).toString())
                .isEqualTo("A         B\n?2J??gnp  1\n");
    }
}
