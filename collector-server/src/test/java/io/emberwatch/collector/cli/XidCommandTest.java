package io.emberwatch.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class XidCommandTest {
    private final CommandRun shell = CommandRun.withoutDatabase();

    @Test
    void a_code_is_explained_with_what_to_do() {
        assertThat(shell.ok("xid", "79"))
                .startsWith("XID 79: the card has fallen off the bus (fatal)\n")
                .contains("Restart the machine");
        assertThat(shell.ok("xid", "9999")).contains("not in our table (note)", "NVIDIA");
        assertThat(shell.ok("xid", "13", "--json")).contains("\"xid\":13,\"severity\":\"program\"");
    }

    @Test
    void without_a_code_all_are_listed() {
        assertThat(shell.ok("xid").lines())
                .hasSizeGreaterThan(100)
                .anyMatch(line -> line.matches("48 +fatal +a memory error that could not be corrected"));
    }

    @Test
    void what_is_no_code_is_refused() {
        assertThat(shell.run("xid", "70000").err()).isEqualTo("error: CODE must be 0 to 65535, but is 70000\n");
        assertThat(shell.run("xid", "x").exitCode()).isEqualTo(2);
    }
}
