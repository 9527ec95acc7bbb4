package io.emberwatch.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.store.MachineStore;
import io.emberwatch.collector.store.RegistryWatch;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.collector.testing.TestTokens;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Enrolled;
import io.emberwatch.protocol.Message.Ping;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.auth.MachineKey;
import java.io.EOFException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a machine gets its key, and how a key ends, over a real socket and on real databases. */
@EveryServer
class EnrollmentTest {
    private static final UUID BOOT = UUID.randomUUID();
    /** What is promised for keys that are replaced or revoked. */
    private final TestDatabase database;

    private final TestFleet.Member machine;
    private final Collector collector;
    private final MachineKey newKey = TestTokens.newKey();

    EnrollmentTest(TestServer server) throws SQLException, IOException {
        database = server.create();
        machine = TestFleet.register(database.database(), 1).get(0);
        collector = TestCollectors.start(database.database());
    }

    @AfterEach
    void close() {
        collector.close();
        database.close();
    }

    @Test
    void enrolled_machine_is_let_in_at_once() throws SQLException, IOException {
        TestTokens.Token token = TestTokens.forNewMachines(database, 1);

        assertThat(enroll(token, "gpu08", newKey)).isEqualTo(new Enrolled(Message.VERSION, "gpu08"));

        assertThat(connect("gpu08", newKey)).isInstanceOf(Welcome.class);
        assertThat(collector.netCounters().enrolled()).isEqualTo(1);
    }

    @Test
    void every_token_that_is_refused_says_why_and_is_counted() throws SQLException, IOException {
        TestTokens.Token used = TestTokens.forMachine(database, machine.id());
        enroll(used, machine.name(), newKey);
        TestTokens.Token expired = TestTokens.forNewMachines(database, 1);
        database.execute("UPDATE enroll_token SET expires_at = UTC_TIMESTAMP(3) WHERE id = " + expired.id());
        TestTokens.Token revoked = TestTokens.forNewMachines(database, 1);
        database.execute("DELETE FROM enroll_token WHERE id = " + revoked.id());

        assertRefused(used, "gpu09", RefusalCode.TOKEN_REFUSED, "used up");
        assertRefused(expired, "gpu09", RefusalCode.TOKEN_REFUSED, "expired");
        assertRefused(revoked, "gpu09", RefusalCode.TOKEN_REFUSED, "unknown; it may have been revoked");
        assertRefused(
                TestTokens.forNewMachines(database, 1),
                machine.name(),
                RefusalCode.NAME_TAKEN,
                "there is already a machine " + machine.name());
        assertThat(collector.netCounters().refused(RefusalCode.TOKEN_REFUSED)).isEqualTo(3);
        assertThat(collector.netCounters().refused(RefusalCode.NAME_TAKEN)).isEqualTo(1);
    }

    /**
     * Field case host-names: what machines call themselves (darthnorse/dockmon #192, Pulse #891), and the same first name
     * in two domains (wazuh/wazuh #15184).
     */
    @Test
    void a_host_gets_in_by_whatever_name_it_has_and_the_second_of_a_name_is_told() throws SQLException, IOException {
        List<String> names = List.of(
                "GPU-Box7",
                "gpu_box_8",
                "node-6459.dc1.example.com",
                "node-6459.dc2.example.com",
                "localhost",
                "localhost.localdomain",
                "DESKTOP-4F2K9QX",
                "7",
                "ubuntu");
        TestTokens.Token many = TestTokens.forNewMachines(database, 100);
        for (String name : names) {
            MachineKey key = TestTokens.newKey();
            assertThat(enroll(many, name, key)).isEqualTo(new Enrolled(Message.VERSION, name));
            assertThat(connect(name, key)).isInstanceOf(Welcome.class);
        }

        assertRefused(many, "ubuntu", RefusalCode.NAME_TAKEN, "there is already a machine ubuntu");
        assertRefused(many, "Ubuntu", RefusalCode.NAME_TAKEN, "there is already a machine");
        assertThat(database.query("SELECT name FROM machine WHERE id <> " + machine.id() + " ORDER BY id"))
                .containsExactlyElementsOf(names);
    }

    @Test
    void a_machine_that_enrols_again_ends_the_session_with_its_old_key_and_none_with_the_new() throws Exception {
        try (ProtocolClient old = ProtocolClient.connect(collector.address())) {
            old.authenticate(machine.name(), machine.key(), BOOT);
            old.receive(Welcome.class);
            TestTokens.Token token = TestTokens.forMachine(database, machine.id());
            old.send(new Ping(1));
            assertThat(old.receive()).as("a token alone changes nothing").isNotInstanceOf(Refused.class);

            enroll(token, machine.name(), newKey);

            assertEnded(old);
        }
        assertThat(connect(machine.name(), machine.key())).isInstanceOf(Refused.class);
        try (ProtocolClient fresh = ProtocolClient.connect(collector.address())) {
            fresh.authenticate(machine.name(), newKey, BOOT);
            fresh.receive(Welcome.class);
            Duration oneLook = RegistryWatch.INTERVAL.plusMillis(500);
            await().pollDelay(oneLook).until(() -> true);
            assertThat(collector.sessionCount()).isEqualTo(1);
        }
    }

    @Test
    void a_key_that_is_revoked_ends_the_session_and_is_not_let_in_again() throws SQLException, IOException {
        try (ProtocolClient probe = ProtocolClient.connect(collector.address())) {
            probe.authenticate(machine.name(), machine.key(), BOOT);
            probe.receive(Welcome.class);

            database.database().transact(connection -> {
                new MachineStore().removeKey(connection, machine.id());
                return true;
            });

            assertEnded(probe);
        }
        assertThat(connect(machine.name(), machine.key())).isInstanceOf(Refused.class);
    }

    private void assertEnded(ProtocolClient session) throws IOException {
        await().until(() -> collector.sessionCount() == 0);
        assertThat(session.receive(Refused.class).code()).isEqualTo(RefusalCode.NOT_AUTHENTICATED);
    }

    private void assertRefused(TestTokens.Token token, String name, RefusalCode code, String why) throws IOException {
        Refused refused = (Refused) enroll(token, name, TestTokens.newKey());
        assertThat(refused.code()).isEqualTo(code);
        assertThat(refused.text()).contains(why);
    }

    private Message enroll(TestTokens.Token token, String name, MachineKey key) throws IOException {
        try (ProtocolClient client = ProtocolClient.connect(collector.address())) {
            client.send(token.enroll(name, key));
            Message answer = client.receive();
            assertThatThrownBy(client::receive).isInstanceOf(EOFException.class);
            return answer;
        }
    }

    private Message connect(String name, MachineKey key) throws IOException {
        try (ProtocolClient probe = ProtocolClient.connect(collector.address())) {
            probe.authenticate(name, key, BOOT);
            return probe.receive();
        }
    }
}
