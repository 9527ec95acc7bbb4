package io.emberwatch.protocol;

import io.emberwatch.protocol.Message.Enrolled;
import io.emberwatch.protocol.auth.MachineKey.KeyVerifier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Bodies of the messages from the first one to WELCOME, and of enrollment. */
final class HandshakeCodec {
    private HandshakeCodec() {}

    static void write(Hello hello, WireWriter out) {
        Versions.write(hello.versions(), out);
        out.text(hello.probeVersion());
        out.text(hello.machineName());
        out.bytes32(hello.nonce());
        out.zigzag(hello.probeClock().toEpochMilli());
        out.uuid(hello.bootId());
        out.uuid(hello.instanceId());
    }

    static Hello readHello(WireReader in) throws ProtocolException {
        List<Integer> versions = Versions.read(MessageType.HELLO, in);
        return new Hello(
                versions,
                in.text("probe version"),
                in.text("machine name"),
                in.bytes32(),
                Instant.ofEpochMilli(in.zigzag()),
                in.uuid(),
                in.uuid());
    }

    static void write(Welcome welcome, WireWriter out) {
        out.varint(welcome.version());
        out.varint(welcome.samplingInterval().map(Duration::toMillis).orElse(0L));
        out.varint(welcome.maxFrameBytes());
        out.varint(welcome.maxBatchesInFlight());
        out.zigzag(welcome.serverClock().toEpochMilli());
        welcome.acknowledged().write(out);
        out.bytes32(welcome.collectorProof());
    }

    static Welcome readWelcome(WireReader in) throws ProtocolException {
        int version = in.count("version", 1, Integer.MAX_VALUE);
        long intervalMillis = in.natural("sampling interval");
        return new Welcome(
                version,
                intervalMillis == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(intervalMillis)),
                in.count("max frame bytes", WireLimits.MAX_FRAME_BYTES_BEFORE_WELCOME, WireLimits.MAX_FRAME_BYTES),
                in.count("max batches in flight", 1, Integer.MAX_VALUE),
                Instant.ofEpochMilli(in.zigzag()),
                AcknowledgedRange.read(in),
                in.bytes32());
    }

    static void write(Enroll enroll, WireWriter out) {
        Versions.write(enroll.versions(), out);
        out.text(enroll.probeVersion());
        out.bytes32(enroll.tokenSecret());
        out.text(enroll.machineName());
        out.bytes32(enroll.verifier().storedKey());
        out.bytes32(enroll.verifier().collectorKey());
    }

    static Enroll readEnroll(WireReader in) throws ProtocolException {
        List<Integer> versions = Versions.read(MessageType.ENROLL, in);
        return new Enroll(
                versions,
                in.text("probe version"),
                in.bytes32(),
                in.text("machine name"),
                new KeyVerifier(in.bytes32(), in.bytes32()));
    }

    static void write(Enrolled enrolled, WireWriter out) {
        out.varint(enrolled.version());
        out.text(enrolled.machineName());
    }

    static Enrolled readEnrolled(WireReader in) throws ProtocolException {
        return new Enrolled(in.count("version", 1, Integer.MAX_VALUE), in.text("machine name"));
    }
}
