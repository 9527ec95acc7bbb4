package io.emberwatch.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.protocol.Xid.Severity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XidTest {
    @Test
    void the_table_is_in_order_with_each_code_once() {
        assertThat(Xid.known()).extracting(Xid::code).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void every_error_reads_as_the_end_of_a_line_and_its_action_as_a_sentence() {
        assertThat(Xid.known()).allSatisfy(xid -> {
            assertThat(xid.meaning()).matches("[a-z].*[a-zA-Z)]").hasSizeLessThan(100);
            assertThat(xid.action()).matches("[A-Z].*\\.").hasSizeBetween(15, 160);
        });
    }

    @Test
    void fatal_error_says_what_to_do() {
        assertThat(Xid.known().stream().filter(Xid::isFatal))
                .allSatisfy(xid -> assertThat(xid.action())
                        .containsPattern("(?i)\\b(reset|restart|replaced|check|shut)\\b")
                        .doesNotContain("Nothing"));
    }

    @ParameterizedTest
    @ValueSource(ints = {46, 48, 54, 62, 64, 74, 79, 95, 110, 119, 120, 136, 140, 143, 156, 158, 166, 173, 175})
    void error_that_only_a_reset_a_restart_or_a_new_gpu_mends_is_fatal(int code) {
        assertThat(Xid.of(code).isFatal()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "13, PROGRAM",
        "31, PROGRAM",
        "43, PROGRAM",
        "45, PROGRAM",
        "68, PROGRAM",
        "94, PROGRAM",
        "109, PROGRAM",
        "63, NOTE",
        "92, NOTE",
        "121, NOTE",
        "144, NOTE",
        "149, NOTE",
        "154, NOTE",
        "163, NOTE",
        "168, NOTE"
    })
    void error_of_a_program_or_that_the_gpu_recovered_from_is_not_fatal(int code, Severity severity) {
        assertThat(Xid.of(code).severity()).isEqualTo(severity);
    }

    @Test
    void a_change_of_the_recovery_action_sends_people_to_what_it_is_now() {
        assertThat(Xid.of(154).action()).contains("GPU Recovery Action", "None");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9999, WireLimits.MAX_XID})
    void an_unknown_error_is_noted(int code) {
        assertThat(Xid.of(code).code()).isEqualTo(code);
        assertThat(Xid.of(code).severity()).isEqualTo(Severity.NOTE);
        assertThat(Xid.of(code).action()).contains("NVIDIA");
    }
}
