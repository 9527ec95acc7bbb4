package io.emberwatch.collector.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.problem.ServiceProblem;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.collector.store.Database.Timeouts;
import io.emberwatch.collector.store.MachineStore;
import io.emberwatch.collector.testing.DatabaseServer;
import io.emberwatch.collector.testing.SimulatedFleet;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestHeat;
import io.emberwatch.collector.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The database's address leads to another server from one moment to the next; readings follow within seconds. Field case
 * db-failover-read-only (brettwooldridge/HikariCP #2185 and #1802, go-sql-driver/mysql #1660).
 */
@Tag("integration")
@Execution(ExecutionMode.CONCURRENT)
class FailoverTest {
    private static final Duration WITHIN = Duration.ofSeconds(10);
    /** While one goes on, this machine may stand still; readings that are slow to follow are so each time. */
    private static final int TRIES = 3;

    /** What becomes of the old server. */
    enum Old {
        READ_ONLY {
            @Override
            void comes(TestDatabase server, FaultProxy link) {
                server.execute("SET GLOBAL read_only = ON");
            }
        },
        /** As an administrator sets it, and whoever opens a connection then is read-only from its beginning. */
        READ_ONLY_TRANSACTIONS {
            @Override
            void comes(TestDatabase server, FaultProxy link) {
                server.execute("SET GLOBAL read_only = ON");
                server.execute("SET GLOBAL " + readOnlyTransactions(server) + " = ON");
            }
        },
        CUT_OFF {
            @Override
            void comes(TestDatabase server, FaultProxy link) {
                link.reset();
            }
        },
        GONE_WITHOUT_A_WORD {
            @Override
            void comes(TestDatabase server, FaultProxy link) {
                link.lose();
            }
        };

        abstract void comes(TestDatabase server, FaultProxy link);
    }

    @ParameterizedTest
    @EnumSource
    void readings_flow_to_the_new_server(Old old) throws Exception {
        assertReadingsFollow(TestServer.MYSQL, old);
    }

    @Test
    void so_they_do_between_two_mariadb_servers() throws Exception {
        assertReadingsFollow(TestServer.MARIADB, Old.READ_ONLY);
    }

    private static void assertReadingsFollow(TestServer kind, Old old) throws Exception {
        Duration quickest = WITHIN;
        for (int tries = 0; tries < TRIES && quickest.compareTo(WITHIN) >= 0; tries++) {
            try (Pair pair = new Pair(kind)) {
                quickest = pair.failOver(old);
            }
        }
        assertThat(quickest).isLessThan(WITHIN);
    }

    @Test
    void a_server_that_stays_read_only_is_reported_until_it_takes_writes_again() throws Exception {
        try (Pair pair = new Pair(TestServer.MYSQL);
                Database database = pair.throughTheLink();
                Collector collector = TestCollectors.start(database);
                SimulatedFleet fleet = pair.fleet(collector)) {
            await().until(() -> fleet.acknowledged() > 100);

            pair.one.execute("SET GLOBAL read_only = ON");

            await().untilAsserted(() -> assertThat(collector.problems().all())
                    .filteredOn(problem -> problem.kind() == ServiceProblem.Kind.DATABASE_READ_ONLY)
                    .singleElement()
                    .satisfies(problem -> {
                        assertThat(problem.isSolved()).isFalse();
                        assertThat(problem.subject())
                                .contains("127.0.0.1:" + pair.link.address().getPort());
                        assertThat(problem.text()).contains("read-only").contains("database.url");
                    }));

            pair.one.execute("SET GLOBAL read_only = OFF");

            await().untilAsserted(() -> assertThat(collector.problems().all())
                    .filteredOn(problem -> problem.kind() == ServiceProblem.Kind.DATABASE_READ_ONLY)
                    .singleElement()
                    .matches(ServiceProblem::isSolved));
            long before = fleet.acknowledged();
            await().until(() -> fleet.acknowledged() > before + 100);
        }
    }

    private static String readOnlyTransactions(TestDatabase server) {
        return server.query("SHOW GLOBAL VARIABLES LIKE 'transaction_read_only'")
                        .isEmpty()
                ? "tx_read_only"
                : "transaction_read_only";
    }

    /** Two servers that know the same machines, and an address that leads to the first. */
    private static final class Pair implements AutoCloseable {
        /** What replication would have brought. */
        private static final List<String> REGISTRY = List.of("probe_session", "machine_inventory");

        private final TestServer kind;
        private final DatabaseServer firstServer;
        private final DatabaseServer secondServer;
        private final TestDatabase one;
        private final TestDatabase two;
        private final List<TestFleet.Member> machines;
        private final FaultProxy link;

        Pair(TestServer kind) throws Exception {
            this.kind = kind;
            firstServer = kind.startPrivate();
            secondServer = kind.startPrivate();
            one = firstServer.createDatabase();
            two = secondServer.createDatabase();
            machines = TestFleet.register(one.database(), 5);
            List<TestFleet.Member> copies = TestFleet.register(two.database(), machines.size());
            two.database().transact(connection -> {
                for (int i = 0; i < machines.size(); i++) {
                    new MachineStore()
                            .setKey(
                                    connection,
                                    copies.get(i).id(),
                                    machines.get(i).key().verifier());
                }
                return true;
            });
            assertThat(copies)
                    .extracting(TestFleet.Member::id)
                    .isEqualTo(machines.stream().map(TestFleet.Member::id).toList());
            link = new FaultProxy(addressOf(firstServer));
        }

        Database throughTheLink() {
            DatabaseSettings direct = one.settings();
            String url = direct.jdbcUrl()
                    .replace(
                            ":" + firstServer.port() + "/", ":" + link.address().getPort() + "/");
            return Database.at(
                    new DatabaseSettings(url, direct.user(), direct.password(), direct.maxConnections()),
                    Timeouts.SERVICE);
        }

        SimulatedFleet fleet(Collector collector) {
            SimulatedFleet fleet = new SimulatedFleet(collector.address(), machines, TestHeat::values, 10);
            fleet.sampleEvery(Duration.ofMillis(100));
            return fleet;
        }

        /** How long readings took to follow; none is lost. */
        Duration failOver(Old old) throws Exception {
            try (Database database = throughTheLink();
                    Collector collector = TestCollectors.start(database);
                    SimulatedFleet fleet = fleet(collector)) {
                await().until(() -> fleet.acknowledged() > 200);

                old.comes(one, link);
                for (String table : REGISTRY) {
                    copy(table);
                }
                link.redirect(addressOf(secondServer));
                Instant switched = Instant.now();

                await().until(() -> !two.query("SELECT 1 FROM reading LIMIT 1").isEmpty());
                long acknowledged = fleet.acknowledged();
                await().until(() -> fleet.acknowledged() > acknowledged);
                Duration followed = Duration.between(switched, Instant.now());
                System.out.printf(
                        "%s, old server %s: readings are stored and acknowledged on the new one after %.1f s%n",
                        kind, old, followed.toMillis() / 1000.0);

                fleet.stopSampling();
                await().until(() -> fleet.acknowledged() == fleet.taken());
                one.execute("SET GLOBAL read_only = OFF");
                assertThat(storedOnEither()).isEqualTo(fleet.taken());
                return followed;
            }
        }

        /** A reading whose commit was cut off may be on both. */
        private long storedOnEither() {
            String all = "SELECT CONCAT(machine_id, ' ', sequence) FROM reading";
            List<String> stored = new ArrayList<>(one.query(all));
            stored.addAll(two.query(all));
            return stored.stream().distinct().count();
        }

        private void copy(String table) throws SQLException {
            try (Connection from = one.connect();
                    Connection to = two.connect();
                    Statement read = from.createStatement();
                    ResultSet rows = read.executeQuery("SELECT * FROM " + table)) {
                int columns = rows.getMetaData().getColumnCount();
                String values = String.join(", ", Collections.nCopies(columns, "?"));
                try (PreparedStatement write =
                        to.prepareStatement("REPLACE INTO " + table + " VALUES (" + values + ")")) {
                    while (rows.next()) {
                        for (int column = 1; column <= columns; column++) {
                            write.setObject(column, rows.getObject(column));
                        }
                        write.executeUpdate();
                    }
                }
            }
        }

        private static InetSocketAddress addressOf(DatabaseServer server) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
        }

        @Override
        public void close() throws IOException {
            link.close();
            one.database().close();
            two.database().close();
            firstServer.close();
            secondServer.close();
        }
    }
}
