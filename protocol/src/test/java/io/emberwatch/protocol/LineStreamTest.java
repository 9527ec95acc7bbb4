package io.emberwatch.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LineStreamTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final LineStream log = new LineStream(bytes);

    @Test
    void one_println_is_one_line() {
        log.println("lost\r\n\r\n2026-01-01 ERROR forged\u2028again\u0085and\u000bagain\n");
        log.println((String) null);

        assertThat(written()).isEqualTo("lost 2026-01-01 ERROR forged again and?again\nnull\n");
    }

    @Test
    void what_steers_terminals_does_not_get_through() {
        log.println("\u001b[2J\u001b]0;title\u0007 \u009b31m \u202egnp.exe");

        assertThat(written()).isEqualTo("?[2J?]0;title? ?31m ?gnp.exe\n");
    }

    @Test
    void names_in_any_script_do() {
        log.println("mail to 王芳 🔥 sent");

        assertThat(written()).isEqualTo("mail to 王芳 🔥 sent\n");
    }

    @Test
    void the_words_of_an_exception_do_not_become_lines_of_its_stack_trace() {
        new IllegalStateException("a\n\tat forged.Frame", new RuntimeException("b\nc")).printStackTrace(log);

        assertThat(written().lines())
                .contains(
                        "java.lang.IllegalStateException: a ?at forged.Frame",
                        "Caused by: java.lang.RuntimeException: b c")
                .anyMatch(line -> line.startsWith("\tat " + LineStreamTest.class.getName()))
                .noneMatch(line -> line.startsWith("\tat forged"));
    }

    @Test
    void a_line_has_an_end() {
        log.println("x".repeat(1_000_000));

        assertThat(written()).isEqualTo("x".repeat(LineStream.MAX_CHARACTERS) + " …\n");
    }

    private String written() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
