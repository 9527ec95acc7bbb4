package io.emberwatch.protocol;

import static io.emberwatch.protocol.Metric.*;

import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Challenge;
import io.emberwatch.protocol.Message.Defer;
import io.emberwatch.protocol.Message.Enrolled;
import io.emberwatch.protocol.Message.Fetch;
import io.emberwatch.protocol.Message.History;
import io.emberwatch.protocol.Message.Ping;
import io.emberwatch.protocol.Message.Pong;
import io.emberwatch.protocol.Message.Proof;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.auth.Bytes32;
import io.emberwatch.protocol.auth.MachineKey;
import io.emberwatch.protocol.auth.Transcript;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A file of {@code src/test/resources/wire} and what it means.
 *
 * @param name file name without {@code .hex}
 * @param message what this build reads from it; empty if it skips the frame
 */
record GoldenFrame(String name, Optional<Message> message) {
    private static final String NEWER_PEER = "newer-peer";
    private static final String OLDER_PEER = "older-peer";
    /** 32 bytes 0xA5. Of no machine. */
    static final MachineKey KEY = MachineKey.parse("paWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaU");

    private static final Instant TEN_O_CLOCK = Instant.parse("2026-11-05T10:00:00Z");

    static Stream<GoldenFrame> all() {
        return Stream.of(
                of("hello", hello(1)),
                of("welcome", welcome(Optional.of(Duration.ofSeconds(5)), 1000)),
                of("welcome-without-interval", welcome(Optional.empty(), 0)),
                of("refused", Refused.because(RefusalCode.NOT_AUTHENTICATED, "machine or key not accepted")),
                of("inventory", inventory(firstGpu(), secondGpu())),
                of(
                        "inventory-of-the-unknown",
                        new Inventory("größte-kiste", "", "", "", "", 0, 0, "", List.of(), "", OptionalInt.empty())),
                of("readings-delta-coded", deltaCodedReadings()),
                of("readings-of-nothing", new Readings(List.of(reading(1, Instant.EPOCH, machine())))),
                of("ack", new Ack(AcknowledgedRange.upTo(1003))),
                of("ack-without-history", new Ack(new AcknowledgedRange(121_920, 1004, 120_960))),
                of("defer", new Defer(120_961)),
                of("fetch", new Fetch(1000)),
                of("history", history()),
                of("history-of-nothing", new History(120_960, TEN_O_CLOCK.plusSeconds(7), List.of())),
                of(
                        "lost",
                        new Lost(1006, 2005, 1000, TEN_O_CLOCK, TEN_O_CLOCK.plusSeconds(4995), Lost.Reason.SPOOL_FULL)),
                of("ping", new Ping(0x00112233445566FFL)),
                of("pong", new Pong(0x00112233445566FFL)),
                of("bye", new Bye(Bye.Reason.STOPPED, "service stopped")),
                of("challenge", new Challenge(bytes(0x20))),
                of("proof", new Proof(KEY.proof(transcript()))),
                of("enroll", enroll()),
                of("enrolled", new Enrolled(1, "gpu-box-07")),
                of("readings-with-xids", readingsWithXids()),
                of("gpu-processes", gpuProcesses()),
                of("older-peer-inventory", olderInventory()),
                of("newer-peer-hello", hello(2, 1)),
                of("newer-peer-welcome", welcome(Optional.of(Duration.ofSeconds(5)), 1000)),
                of("newer-peer-refused", new Refused(RefusalCode.UNKNOWN, "the moon is full", Duration.ofSeconds(30))),
                of("newer-peer-inventory", inventory(firstGpu())),
                of("newer-peer-readings", readingsWithUnknownMetrics()),
                new GoldenFrame("newer-peer-optional-type", Optional.empty()),
                of("newer-peer-bye", new Bye(Bye.Reason.UNKNOWN, "off to the moon")));
    }

    /** Those that this build also writes exactly so. */
    static Stream<GoldenFrame> ofThisVersion() {
        return all().filter(golden -> !golden.name.startsWith(NEWER_PEER) && !golden.name.startsWith(OLDER_PEER));
    }

    /** The frame, length field included. */
    byte[] frame() {
        return Hex.resource(name);
    }

    /** The frame without its length field. */
    byte[] typeAndBody() {
        byte[] frame = frame();
        return Arrays.copyOfRange(frame, MessageCodec.LENGTH_BYTES, frame.length);
    }

    @Override
    public String toString() {
        return name;
    }

    static MetricValues.Builder machine() {
        return MetricValues.builder(Scope.MACHINE);
    }

    static MetricValues.Builder gpu() {
        return MetricValues.builder(Scope.GPU);
    }

    static GpuValues gpu(int index, MetricValues.Builder values) {
        return new GpuValues(index, values.build(), List.of());
    }

    static Reading reading(long sequence, Instant takenAt, MetricValues.Builder machine, GpuValues... gpus) {
        return new Reading(sequence, takenAt, machine.build(), List.of(gpus));
    }

    static ByteBuffer concatenated(Stream<GoldenFrame> frames) {
        ByteBuffer stream = ByteBuffer.allocate(WireLimits.MAX_FRAME_BYTES);
        frames.forEach(golden -> stream.put(golden.frame()));
        return stream.flip();
    }

    private static GoldenFrame of(String name, Message message) {
        return new GoldenFrame(name, Optional.of(message));
    }

    private static Hello hello(Integer... versions) {
        return new Hello(
                List.of(versions),
                "0.1.0",
                "gpu-box-07",
                bytes(0),
                TEN_O_CLOCK,
                UUID.fromString("0f8fad5b-d9cb-469f-a165-70867728950e"),
                UUID.fromString("7d444840-9dc0-41d1-b245-5ffdce74fad2"));
    }

    /** Of the golden handshake: HELLO and CHALLENGE as in their files, without TLS. */
    static Transcript transcript() {
        return hello(1).transcript(new Challenge(bytes(0x20)), Bytes32.ZERO);
    }

    private static Enroll enroll() {
        return new Enroll(List.of(1), "0.1.0", bytes(0x40), "gpu-box-07", KEY.verifier());
    }

    /** {@code first}, {@code first} + 1, … */
    static Bytes32 bytes(int first) {
        byte[] bytes = new byte[Bytes32.LENGTH];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (first + i);
        }
        return Bytes32.of(bytes);
    }

    private static Welcome welcome(Optional<Duration> interval, long lastAcknowledgedSequence) {
        return new Welcome(
                1,
                interval,
                65536,
                4,
                TEN_O_CLOCK.plusMillis(250),
                AcknowledgedRange.upTo(lastAcknowledgedSequence),
                KEY.verifier().collectorProof(transcript()));
    }

    private static Inventory inventory(GpuInfo... gpus) {
        return new Inventory(
                "gpu-box-07.example.org",
                "Supermicro SYS-821GE",
                "Ubuntu 24.04.3 LTS",
                "6.8.0-60-generic",
                "Intel Xeon Platinum 8480C",
                224,
                2_164_663_517_184L,
                "none",
                List.of(gpus),
                "NVIDIA 580.65.06",
                OptionalInt.of(2));
    }

    private static GpuInfo firstGpu() {
        return new GpuInfo(
                "GPU-5c1f0b7e-3d0a-4a52-9d4e-0c6a1b2f3e4d",
                "NVIDIA H200",
                "0000:3b:00.0",
                OptionalInt.of(92),
                OptionalInt.of(95),
                OptionalInt.of(105),
                OptionalInt.of(87),
                OptionalInt.of(84));
    }

    private static GpuInfo secondGpu() {
        return new GpuInfo(
                "GPU-a7d2c9f1-88b3-4c60-b1aa-5e9f7d6c0b21",
                "NVIDIA H200",
                "",
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.of(-1),
                OptionalInt.empty(),
                OptionalInt.empty());
    }

    private static Readings deltaCodedReadings() {
        Reading first = reading(
                1001,
                Instant.parse("2026-11-05T10:00:00.123Z"),
                machine()
                        .set(CPU_TEMP_C, 61.5)
                        .set(CPU_UTIL_PERCENT, 97.3)
                        .set(LOAD_1M, 12.5)
                        .set(MEM_USED_BYTES, 68_719_476_736L)
                        .set(MEM_TOTAL_BYTES, 2_164_663_517_184L)
                        .set(UPTIME_S, 86_400),
                gpu(
                        0,
                        gpu().set(GPU_TEMP_C, 70)
                                .set(GPU_SLOWDOWN_MARGIN_C, 22)
                                .set(GPU_MEM_USED_BYTES, 68_719_476_736L)
                                .set(GPU_THROTTLE_REASONS, 0)),
                gpu(1, gpu().set(GPU_TEMP_C, 65).set(GPU_MEM_TEMP_C, 78.5).set(GPU_SLOWDOWN_MARGIN_C, 27)));
        Reading gpuMissing = reading(
                1002,
                Instant.parse("2026-11-05T10:00:05.123Z"),
                machine()
                        .set(CPU_UTIL_PERCENT, 97.3)
                        .set(LOAD_1M, 12.41)
                        .set(MEM_USED_BYTES, 68_719_476_736L)
                        .set(MEM_TOTAL_BYTES, 2_164_663_517_184L)
                        .set(UPTIME_S, 86_405),
                gpu(
                        0,
                        gpu().set(GPU_TEMP_C, 88.5)
                                .set(GPU_SLOWDOWN_MARGIN_C, 3.5)
                                .set(GPU_MEM_USED_BYTES, 68_719_480_832L)
                                .set(GPU_THROTTLE_REASONS, 0x60)));
        Reading clockSetBack = reading(
                1003,
                Instant.parse("2026-11-05T10:00:04.623Z"),
                machine()
                        .set(CPU_TEMP_C, 64)
                        .set(CPU_UTIL_PERCENT, 100)
                        .set(LOAD_1M, 12.38)
                        .set(MEM_USED_BYTES, 68_719_476_000L)
                        .set(MEM_TOTAL_BYTES, 2_164_663_517_184L)
                        .set(UPTIME_S, 86_410),
                gpu(1, gpu().set(GPU_TEMP_C, 65.5).set(GPU_MEM_TEMP_C, 79).set(GPU_SLOWDOWN_MARGIN_C, 26.5)),
                gpu(
                        0,
                        gpu().set(GPU_TEMP_C, 92.5)
                                .set(GPU_SLOWDOWN_MARGIN_C, -0.5)
                                .set(GPU_MEM_USED_BYTES, 68_719_480_832L)
                                .set(GPU_THROTTLE_REASONS, 0x60)));
        return new Readings(List.of(first, gpuMissing, clockSetBack));
    }

    private static History history() {
        return new History(
                2005,
                TEN_O_CLOCK.plusSeconds(7),
                List.of(
                        reading(1004, TEN_O_CLOCK.minusSeconds(600), machine().set(CPU_TEMP_C, 61.5)),
                        reading(1005, TEN_O_CLOCK.minusSeconds(595), machine().set(CPU_TEMP_C, 62))));
    }

    private static Readings readingsWithXids() {
        return new Readings(List.of(reading(
                1006,
                TEN_O_CLOCK,
                machine().set(GPU_DRIVER_FAULT, 0),
                new GpuValues(
                        1,
                        gpu().set(GPU_FAULT, GpuFault.LOST.code())
                                .set(GPU_FATAL_XID, 79)
                                .build(),
                        List.of(119, 79)))));
    }

    private static GpuProcesses gpuProcesses() {
        return new GpuProcesses(
                TEN_O_CLOCK,
                List.of(
                        new GpuProcesses.OnGpu(0, 4242, "python3", "ana", 42_949_672_960L),
                        new GpuProcesses.OnGpu(1, 4243, "", "", 0)));
    }

    /** Without what was added since. */
    private static Inventory olderInventory() {
        GpuInfo first = firstGpu();
        GpuInfo gpu = new GpuInfo(
                first.uuid(),
                first.model(),
                first.pciBusId(),
                first.slowdownTempC(),
                first.shutdownTempC(),
                first.memMaxTempC(),
                OptionalInt.empty(),
                OptionalInt.empty());
        return new Inventory("größte-kiste", "", "", "", "", 0, 0, "", List.of(gpu), "", OptionalInt.empty());
    }

    private static Readings readingsWithUnknownMetrics() {
        return new Readings(List.of(
                reading(7, TEN_O_CLOCK, machine().set(CPU_TEMP_C, 61.5), gpu(0, gpu().set(GPU_TEMP_C, 70))),
                reading(
                        8,
                        TEN_O_CLOCK.plusSeconds(10),
                        machine().set(CPU_TEMP_C, 62),
                        gpu(0, gpu().set(GPU_TEMP_C, 70.5)))));
    }
}
