package io.emberwatch.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseAdviceTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0    | Public Key Retrieval is not allowed                                      | allowPublicKeyRetrieval=true
                    1045 | Access denied for user 'e'@'h' (using password: NO)                      | database.password-file
                    1045 | Access denied for user 'e'@'h' (using password: YES)                     | the user's password
                    1049 | Unknown database 'emberwatch'                                            | CREATE DATABASE
                    1040 | Too many connections                                                     | max_connections
                    1129 | Host 'h' is blocked because of many connection errors                    | FLUSH HOSTS
                    1130 | Host 'h' is not allowed to connect to this MySQL server                  | CREATE USER
                    1193 | Unknown system variable 'transaction_isolation'                          | MySQL 8.0
                    3159 | Connections using insecure transport are prohibited                      | sslMode=REQUIRED
                    0    | Unable to load authentication plugin 'client_ed25519'.                   | caching_sha2_password
                    0    | SSL Connection required, but not supported by server.                    | sslMode=DISABLED
                    0    | PKIX path building failed                                                | trustCertificateKeyStoreUrl
                    1881 | Operation not allowed when innodb_forced_recovery > 0.                   | innodb_force_recovery
                    1114 | The table 'reading' is full                                              | make room
                    """)
    void the_remedy_stands_beside_the_drivers_words(int code, String words, String remedy) {
        SQLException outer = new SQLException(
                "database - Connection is not available", "08001", 0, new SQLException(words, "HY000", code));

        assertThat(DatabaseAdvice.whenRefused(outer)).startsWith("; ").contains(remedy);
        assertThat(DatabaseAdvice.words(outer)).isEqualTo(words);
    }

    @Test
    void a_server_that_does_not_listen_is_asked_about_and_what_is_unknown_gets_no_advice() {
        SQLException refused =
                new SQLException("Communications link failure", new ConnectException("Connection refused"));

        assertThat(DatabaseAdvice.whenRefused(refused)).contains("bind-address");
        assertThat(DatabaseAdvice.whenRefused(new SQLException("a riddle"))).isEmpty();
        assertThat(DatabaseAdvice.words(refused)).isEqualTo("Connection refused");
    }
}
