package io.emberwatch.collector.testing;

import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.auth.MachineKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.UUID;

/** Connections from addresses of the test's choice, all of them on loopback. */
public final class LimitClients {
    private LimitClients() {}

    /** One of loopback's 16 million addresses: 127.0.0.{@code number}. */
    public static InetAddress address(int number) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, (byte) (number >> Byte.SIZE), (byte) number});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** A machine that was let in. */
    public static ProtocolClient machine(InetSocketAddress collector, InetAddress from, TestFleet.Member member)
            throws IOException {
        return welcomed(ProtocolClient.connect(collector, from), member);
    }

    /** Goes on with a connection that is there, until the machine is let in. */
    public static ProtocolClient welcomed(ProtocolClient probe, TestFleet.Member member) throws IOException {
        probe.authenticate(member.name(), member.key(), UUID.randomUUID());
        probe.receive(Welcome.class);
        return probe;
    }

    /** The answer to a machine with a wrong key. */
    public static Refused wrongKey(InetSocketAddress collector, InetAddress from, TestFleet.Member member)
            throws IOException {
        try (ProtocolClient probe = ProtocolClient.connect(collector, from)) {
            probe.authenticate(member.name(), MachineKey.random(new SecureRandom()), UUID.randomUUID());
            return probe.receive(Refused.class);
        }
    }
}
