package io.emberwatch.protocol.conf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class KeyTableTest {
    private static final KeyTable.Builder KEYS = new KeyTable.Builder();
    private static final Key<Integer> WRITERS =
            KEYS.key("ingest.writers", Kind.wholeNumber(1, 64), "2").text("Threads that write.", "One is enough.");
    private static final Key<String> TLS =
            KEYS.optional("tls", Kind.text("MODE"), "auto").text("How.");
    private static final Key<String> TLS_FILE = KEYS.optional("tls.file", Kind.text("FILE"), "none")
            .example("/etc/x.pem")
            .text("Which.");
    private static final KeyTable TABLE = KEYS.build("X_", "tls.former");

    @Test
    void the_sample_explains_every_key_and_sets_none() {
        assertThat(TABLE.sample("# Head.\n")).isEqualTo("""
                # Head.

                # Threads that write.
                # One is enough.
                # Must be a whole number from 1 to 64.
                # Default: 2.
                #ingest.writers = 2

                # How.
                # Default: auto.
                #tls =

                # Which.
                # Default: none.
                #tls.file = /etc/x.pem
                """);
    }

    @Test
    void a_topic_is_a_key_and_those_behind_its_dot() {
        assertThat(TABLE.keysOf("tls")).containsExactly(TLS, TLS_FILE);
        assertThat(TABLE.keysOf("tls.f", "ingest")).containsExactly(WRITERS);
    }

    @Test
    void a_key_has_one_flag_and_one_variable() {
        assertThat(TLS_FILE.flag()).isEqualTo("--tls-file");
        assertThat(TABLE.environmentVariable("ingest.max-batch")).isEqualTo("X_INGEST_MAX_BATCH");
    }

    @Test
    void a_retired_key_is_found_no_more() {
        assertThat(TABLE.find("tls.file")).contains(TLS_FILE);
        assertThat(TABLE.find("tls.former")).isEmpty();
    }
}
