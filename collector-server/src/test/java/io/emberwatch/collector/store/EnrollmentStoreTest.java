package io.emberwatch.collector.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.store.EnrollmentStore.Outcome;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.collector.testing.TestTokens;
import io.emberwatch.protocol.auth.MachineKey;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A token is worth what it says and not one use more, on every database. */
@EveryServer
class EnrollmentStoreTest {
    private static final int MACHINES_AT_ONCE = 8;

    @AutoClose
    private final TestDatabase database;

    private final EnrollmentStore enrollments = new EnrollmentStore();
    private final MachineKey key = TestTokens.newKey();
    private TestFleet.Member machine;

    EnrollmentStoreTest(TestServer server) {
        database = server.create();
    }

    @BeforeEach
    void one_machine_of_one_owner() throws SQLException {
        machine = TestFleet.register(database.database(), 1).get(0);
    }

    @Test
    void a_token_of_a_machine_gives_that_machine_the_key_whatever_the_host_calls_itself() throws SQLException {
        TestTokens.Token token = TestTokens.forMachine(database, machine.id());

        assertThat(enroll(token, "elsewhere", key)).isEqualTo(new Outcome.Enrolled(token.id(), machine.name(), false));
        assertThat(hasKey(machine.name(), key)).isTrue();
        assertThat(database.query("SELECT CONCAT_WS(' ', uses_left, last_used_from) FROM enroll_token"))
                .containsExactly("0 10.0.0.7:4711");
    }

    @Test
    void any_other_token_makes_a_new_machine_of_its_owner_named_as_the_host_says() throws SQLException {
        TestTokens.Token token = TestTokens.forNewMachines(database, 2);

        assertThat(enroll(token, "gpu08", key)).isEqualTo(new Outcome.Enrolled(token.id(), "gpu08", false));
        assertThat(hasKey("gpu08", key)).isTrue();
        assertThat(database.query(
                        "SELECT o.name FROM machine m JOIN owner o ON o.id = m.owner_id" + " WHERE m.name = 'gpu08'"))
                .containsExactly("王小明");
        assertThat(usesLeft()).isEqualTo(1);
    }

    @Test
    void an_answer_that_was_lost_is_given_again_and_spends_nothing_even_when_the_token_is_over() throws SQLException {
        TestTokens.Token token = TestTokens.forNewMachines(database, 2);
        enroll(token, "gpu08", key);
        database.execute("UPDATE enroll_token SET expires_at = '2020-01-01'");

        assertThat(enroll(token, "gpu08", key)).isEqualTo(new Outcome.Enrolled(token.id(), "gpu08", true));
        assertThat(usesLeft()).isEqualTo(1);
    }

    @Test
    void a_key_is_one_machines_whatever_other_name_is_asked_for_and_no_further_use_is_spent() throws SQLException {
        TestTokens.Token token = TestTokens.forNewMachines(database, 2);
        enroll(token, "gpu08", key);

        assertThat(enroll(token, "gpu09", key)).isEqualTo(new Outcome.Enrolled(token.id(), "gpu08", true));
        assertThat(database.query("SELECT name FROM machine WHERE name LIKE 'gpu%'"))
                .containsExactly("gpu08");
        assertThat(usesLeft()).isEqualTo(1);
    }

    @Test
    void a_used_token_is_refused_to_everybody_else() throws SQLException {
        TestTokens.Token token = TestTokens.forMachine(database, machine.id());
        enroll(token, machine.name(), key);

        assertThat(enroll(token, machine.name(), TestTokens.newKey())).isEqualTo(new Outcome.UsedUp(token.id()));
        assertThat(hasKey(machine.name(), key)).isTrue();
    }

    @Test
    void an_expired_token_is_refused_by_the_databases_clock() throws SQLException {
        TestTokens.Token token = TestTokens.forNewMachines(database, 1);
        database.execute("UPDATE enroll_token SET expires_at = UTC_TIMESTAMP(3)");

        assertThat(enroll(token, "gpu08", key)).isEqualTo(new Outcome.Expired(token.id()));
        assertThat(database.query("SELECT name FROM machine")).containsExactly(machine.name());
    }

    @Test
    void a_revoked_token_is_unknown() throws SQLException {
        TestTokens.Token token = TestTokens.forNewMachines(database, 1);
        assertThat((boolean) database.database()
                        .transact(connection -> new EnrollTokenStore().revoke(connection, token.id())))
                .isTrue();

        assertThat(enroll(token, "gpu08", key)).isEqualTo(new Outcome.Unknown());
    }

    @Test
    void a_name_that_is_taken_spends_no_use_and_leaves_the_other_machines_key_alone() throws SQLException {
        TestTokens.Token token = TestTokens.forNewMachines(database, 1);

        assertThat(enroll(token, machine.name(), key)).isEqualTo(new Outcome.NameTaken(token.id(), machine.name()));
        assertThat(usesLeft()).isEqualTo(1);
        assertThat(hasKey(machine.name(), machine.key())).isTrue();
    }

    @Test
    void of_many_hosts_at_once_exactly_one_gets_the_last_use() throws Exception {
        TestTokens.Token token = TestTokens.forMachine(database, machine.id());

        List<Outcome> outcomes = atOnce(number -> () -> enroll(token, machine.name(), TestTokens.newKey()));

        assertThat(outcomes).filteredOn(Outcome.Enrolled.class::isInstance).hasSize(1);
        assertThat(outcomes).filteredOn(Outcome.UsedUp.class::isInstance).hasSize(MACHINES_AT_ONCE - 1);
    }

    @Test
    void of_many_hosts_with_one_name_and_tokens_of_their_own_exactly_one_gets_the_name() throws Exception {
        List<TestTokens.Token> tokens = new ArrayList<>();
        for (int machine = 0; machine < MACHINES_AT_ONCE; machine++) {
            tokens.add(TestTokens.forNewMachines(database, 1));
        }

        List<Outcome> outcomes = atOnce(number -> () -> enroll(tokens.get(number), "gpu08", TestTokens.newKey()));

        assertThat(outcomes).filteredOn(Outcome.Enrolled.class::isInstance).hasSize(1);
        assertThat(outcomes).filteredOn(Outcome.NameTaken.class::isInstance).hasSize(MACHINES_AT_ONCE - 1);
        assertThat(usesLeft()).isEqualTo(MACHINES_AT_ONCE - 1);
    }

    @Test
    void tokens_that_expired_long_ago_are_forgotten_when_one_is_made() throws SQLException {
        TestTokens.Token old = TestTokens.forNewMachines(database, 1);
        database.execute("UPDATE enroll_token SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 31 DAY");
        TestTokens.Token fresh = TestTokens.forNewMachines(database, 1);

        assertThat(database.query("SELECT id FROM enroll_token"))
                .containsExactly(Integer.toString(fresh.id()))
                .doesNotContain(Integer.toString(old.id()));
    }

    private interface EnrollmentCall {
        Callable<Outcome> ofMachine(int machine);
    }

    private static List<Outcome> atOnce(EnrollmentCall calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(MACHINES_AT_ONCE);
        try {
            CyclicBarrier start = new CyclicBarrier(MACHINES_AT_ONCE);
            List<Future<Outcome>> running = new ArrayList<>();
            for (int machine = 0; machine < MACHINES_AT_ONCE; machine++) {
                Callable<Outcome> enrollment = calls.ofMachine(machine);
                running.add(threads.submit(() -> {
                    start.await();
                    return enrollment.call();
                }));
            }
            List<Outcome> outcomes = new ArrayList<>();
            for (Future<Outcome> one : running) {
                outcomes.add(one.get());
            }
            return outcomes;
        } finally {
            threads.shutdownNow();
        }
    }

    private Outcome enroll(TestTokens.Token token, String name, MachineKey machineKey) throws SQLException {
        return database.database()
                .transact(connection -> enrollments.enroll(
                        connection,
                        new EnrollmentStore.Request(token.secret(), name, machineKey.verifier(), "10.0.0.7:4711")));
    }

    private boolean hasKey(String name, MachineKey expected) throws SQLException {
        return database.database()
                .transact(connection -> new MachineStore().credentials(connection, name))
                .flatMap(Machine.Credentials::verifier)
                .filter(expected.verifier()::equals)
                .isPresent();
    }

    private int usesLeft() {
        return Integer.parseInt(
                database.query("SELECT SUM(uses_left) FROM enroll_token").get(0));
    }
}
