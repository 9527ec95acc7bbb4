package io.emberwatch.collector.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TestServerTest {
    @ParameterizedTest
    @EnumSource(TestServer.class)
    void a_database_is_fresh_and_migrated(TestServer server) {
        try (TestDatabase used = server.create()) {
            used.execute("INSERT INTO owner (name, mail) VALUES ('lena', 'lena@example.org')");
            try (TestDatabase fresh = server.create()) {
                assertThat(fresh.query("SELECT name FROM owner")).isEmpty();
                assertThat(fresh.query("SELECT metric FROM fleet_limit")).contains("cpu_temp_c");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestServer.class)
    void a_private_server_keeps_data_and_port_while_stopped_and_killed(TestServer kind) {
        try (DatabaseServer server = kind.startPrivate();
                TestDatabase database = server.createDatabase()) {
            int port = server.port();
            database.execute("INSERT INTO owner (name, mail) VALUES ('lena', 'lena@example.org')");

            server.stop();
            assertThat(server.isRunning()).isFalse();
            server.start();
            database.execute("INSERT INTO owner (name, mail) VALUES ('ana', 'ana@example.org')");
            server.kill();
            server.start();

            assertThat(server.port()).isEqualTo(port);
            assertThat(database.query("SELECT name FROM owner ORDER BY name")).containsExactly("ana", "lena");
        }
    }

    @Test
    void the_servers_are_the_two_kinds_that_they_say() {
        assertThat(version(TestServer.MARIADB)).contains("MariaDB");
        assertThat(version(TestServer.MYSQL)).startsWith("8.0.");
    }

    private static String version(TestServer server) {
        try (TestDatabase database = server.shared().createEmptyDatabase()) {
            return database.query("SELECT VERSION()").get(0);
        }
    }
}
