package io.emberwatch.collector.security;

import static io.emberwatch.collector.testing.TestReadings.healthy;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.net.tls.TlsSettings;
import io.emberwatch.collector.net.tls.TlsSettings.CertificateSource;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCertificates;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.auth.MachineKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.SSLContext;

/** A live collector with TLS on, its database, and the machines that are registered there. */
final class Defended implements AutoCloseable {
    private static final int MACHINES = 3;

    final TestDatabase database = TestServer.MARIADB.create();
    final TestCertificates.Issued certificate = TestCertificates.selfSigned();
    final SSLContext trusting = TestCertificates.clientTrusting(certificate);
    final Collector collector;
    private final List<TestFleet.Member> machines;

    Defended() throws SQLException, IOException {
        machines = TestFleet.register(database.database(), MACHINES);
        TlsSettings tls = new TlsSettings(
                new CertificateSource.Given(certificate.certificateFile(), certificate.keyFile()),
                Optional.empty(),
                TlsSettings.LOOK_INTERVAL);
        collector = TestCollectors.start(database.database(), TestCollectors.NET, tls);
    }

    InetSocketAddress address() {
        return collector.address();
    }

    /** The one that is attacked. */
    TestFleet.Member victim() {
        return machines.get(0);
    }

    /** One that takes part in the attack. */
    TestFleet.Member accomplice() {
        return machines.get(1);
    }

    /** Over TLS, from the address that attacks come from. */
    ProtocolClient connect() throws IOException {
        InetAddress attackers = InetAddress.getByAddress(new byte[] {127, 0, 0, 66});
        return ProtocolClient.connect(address(), attackers, trusting.getSocketFactory());
    }

    /** A session of this machine. */
    ProtocolClient session(TestFleet.Member machine) throws IOException {
        ProtocolClient probe = connect();
        probe.authenticate(machine.name(), machine.key(), UUID.randomUUID());
        probe.receive(Welcome.class);
        return probe;
    }

    /** The answer to a client with this name and this key. */
    Refused turnedAway(String name, MachineKey key) throws IOException {
        try (ProtocolClient probe = connect()) {
            probe.authenticate(name, key, UUID.randomUUID());
            return probe.receive(Refused.class);
        }
    }

    /** The connection ends with this code. */
    static void assertRefused(ProtocolClient probe, RefusalCode code) throws IOException {
        assertThat(probe.receive(Refused.class).code()).isEqualTo(code);
    }

    /** Whatever was tried, an honest machine is served. */
    void assertServes() throws IOException {
        TestFleet.Member honest = machines.get(2);
        try (ProtocolClient probe =
                ProtocolClient.connect(address(), address().getAddress(), trusting.getSocketFactory())) {
            probe.authenticate(honest.name(), honest.key(), UUID.randomUUID());
            probe.receive(Welcome.class);
            probe.send(healthy(1, 1));
            Message answer = probe.receive();
            assertThat(answer).isEqualTo(new Ack(AcknowledgedRange.upTo(1)));
        }
        assertThat(collector.netCounters().failures()).isZero();
    }

    @Override
    public void close() {
        collector.close();
        database.close();
    }
}
