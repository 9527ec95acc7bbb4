package io.emberwatch.protocol;

import static io.emberwatch.protocol.GoldenFrame.gpu;
import static io.emberwatch.protocol.GoldenFrame.machine;
import static io.emberwatch.protocol.GoldenFrame.reading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.auth.Bytes32;
import io.emberwatch.protocol.auth.MachineKey.KeyVerifier;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message that could not be read by the other side cannot be made either. */
class MessageLimitsTest {
    private static final Instant NOW = Instant.parse("2026-11-05T10:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");
    private static final String LONGEST_TEXT = "x".repeat(WireLimits.MAX_TEXT_BYTES);
    private static final KeyVerifier VERIFIER = GoldenFrame.KEY.verifier();

    @Test
    void the_longest_messages_before_welcome_fit_their_limit() {
        Hello hello = new Hello(
                Collections.nCopies(WireLimits.MAX_VERSIONS, Integer.MAX_VALUE),
                LONGEST_TEXT,
                "m".repeat(WireLimits.MAX_MACHINE_NAME_LENGTH),
                Bytes32.ZERO,
                LAST,
                new UUID(-1, -1),
                new UUID(-1, -1));
        Welcome welcome = new Welcome(
                Integer.MAX_VALUE,
                Optional.of(Duration.ofMillis(WireLimits.MAX_DURATION_MILLIS)),
                WireLimits.MAX_FRAME_BYTES,
                Integer.MAX_VALUE,
                LAST,
                new AcknowledgedRange(WireLimits.MAX_SEQUENCE, WireLimits.MAX_SEQUENCE, WireLimits.MAX_SEQUENCE),
                Bytes32.ZERO);
        Enroll enroll = new Enroll(hello.versions(), LONGEST_TEXT, Bytes32.ZERO, hello.machineName(), VERIFIER);
        Refused refused =
                new Refused(RefusalCode.BUSY, LONGEST_TEXT, Duration.ofMillis(WireLimits.MAX_DURATION_MILLIS));

        assertThat(List.of(hello, welcome, enroll, refused))
                .allSatisfy(message ->
                        assertThat(frameBytes(message)).isLessThanOrEqualTo(WireLimits.MAX_FRAME_BYTES_BEFORE_WELCOME));
    }

    @Test
    void the_largest_inventory_and_the_largest_reading_fit_a_frame() {
        GpuInfo largestGpu = new GpuInfo(
                LONGEST_TEXT,
                LONGEST_TEXT,
                LONGEST_TEXT,
                OptionalInt.of(200),
                OptionalInt.of(200),
                OptionalInt.of(200),
                OptionalInt.of(200),
                OptionalInt.of(200));
        Inventory inventory = new Inventory(
                LONGEST_TEXT,
                LONGEST_TEXT,
                LONGEST_TEXT,
                LONGEST_TEXT,
                LONGEST_TEXT,
                Integer.MAX_VALUE,
                Metric.MEM_TOTAL_BYTES.maxRaw(),
                LONGEST_TEXT,
                Collections.nCopies(WireLimits.MAX_GPUS, largestGpu),
                LONGEST_TEXT,
                OptionalInt.of(Integer.MAX_VALUE));
        Reading reading = new Reading(
                WireLimits.MAX_SEQUENCE,
                LAST,
                all(Scope.MACHINE, Metric::maxRaw),
                IntStream.range(0, WireLimits.MAX_GPUS)
                        .mapToObj(index -> new GpuValues(
                                index,
                                all(Scope.GPU, Metric::maxRaw),
                                Collections.nCopies(WireLimits.MAX_XIDS, WireLimits.MAX_XID)))
                        .toList());
        GpuProcesses processes = new GpuProcesses(
                LAST,
                Collections.nCopies(
                        WireLimits.MAX_GPU_PROCESSES,
                        new GpuProcesses.OnGpu(
                                WireLimits.MAX_GPUS - 1, Long.MAX_VALUE, LONGEST_TEXT, LONGEST_TEXT, 1L << 60)));

        assertThat(frameBytes(processes)).isLessThanOrEqualTo(WireLimits.MAX_FRAME_BYTES);
        assertThat(frameBytes(inventory)).isLessThanOrEqualTo(WireLimits.MAX_FRAME_BYTES);
        assertThat(frameBytes(new Readings(List.of(reading)))).isLessThanOrEqualTo(WireLimits.MAX_FRAME_BYTES);
    }

    @Test
    void a_batch_longer_than_a_frame_is_refused_and_says_so() {
        List<Reading> readings = IntStream.rangeClosed(1, WireLimits.MAX_READINGS_PER_FRAME)
                .mapToObj(i -> new Reading(
                        i, NOW, all(Scope.MACHINE, i % 2 == 0 ? Metric::maxRaw : Metric::minRaw), List.of()))
                .toList();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> MessageCodec.encode(new Readings(readings)))
                .withMessageContaining("longer than a frame may be");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -273, -51, 201, 255, Integer.MAX_VALUE})
    void a_temperature_of_an_inventory_that_cannot_be_true_is_unknown(int tempC) {
        OptionalInt wrong = OptionalInt.of(tempC);

        assertThat(new GpuInfo("GPU-1", "", "", wrong, wrong, wrong, wrong, wrong))
                .isEqualTo(GpuInfo.withoutLimits("GPU-1", "", ""));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 1L << 33, (1L << 60) + 1, Long.MAX_VALUE})
    void numbers_of_an_inventory_that_cannot_be_true_are_unknown_whatever_is_sent(long number) throws Exception {
        WireWriter out = new WireWriter();
        out.u8(MessageType.INVENTORY.wireByte());
        for (String text : List.of("box", "model", "os", "kernel", "cpu")) {
            out.text(text);
        }
        out.varint(number);
        out.varint(number == 1L << 33 ? -1 : number);
        out.text("none");
        out.varint(1);
        WireWriter gpu = new WireWriter();
        for (String text : List.of("GPU-1", "H200", "")) {
            gpu.text(text);
        }
        for (int i = 0; i < 5; i++) {
            gpu.varint(number);
        }
        out.nested(gpu);
        out.text("");
        out.varint(number);

        Inventory inventory = (Inventory) MessageCodec.decode(out.toBuffer()).orElseThrow();

        assertThat(inventory)
                .isEqualTo(new Inventory(
                        "box",
                        "model",
                        "os",
                        "kernel",
                        "cpu",
                        0,
                        0,
                        "none",
                        List.of(GpuInfo.withoutLimits("GPU-1", "H200", "")),
                        "",
                        OptionalInt.empty()));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1})
    void numbers_of_a_process_that_cannot_be_true_are_0_whatever_is_sent(long number) throws Exception {
        WireWriter out = new WireWriter();
        out.u8(MessageType.GPU_PROCESSES.wireByte());
        out.zigzag(NOW.toEpochMilli());
        out.varint(1);
        WireWriter process = new WireWriter();
        process.varint(0);
        process.varint(number);
        process.text("python3");
        process.text("ada");
        process.varint(number);
        out.nested(process);

        assertThat(MessageCodec.decode(out.toBuffer()))
                .contains(new GpuProcesses(NOW, List.of(new GpuProcesses.OnGpu(0, 0, "python3", "ada", 0))));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
    void a_reading_needs_a_sequence(long sequence) {
        assertThatIllegalArgumentException().isThrownBy(() -> reading(sequence, NOW, machine()));
    }

    @Test
    void times_stay_in_the_years_1970_to_9999() {
        for (Instant time : List.of(Instant.MIN, Instant.EPOCH.minusNanos(1), LAST.plusMillis(1), Instant.MAX)) {
            assertThatIllegalArgumentException().isThrownBy(() -> reading(1, time, machine()));
            assertThatIllegalArgumentException().isThrownBy(() -> hello(List.of(1), time));
            assertThatIllegalArgumentException().isThrownBy(() -> welcome(1, Optional.empty(), time, 0));
        }
    }

    @Test
    void times_and_durations_are_kept_to_the_millisecond() {
        assertThat(reading(1, NOW.plusNanos(1_999_999), machine()).takenAt()).isEqualTo(NOW.plusMillis(1));
        assertThat(hello(List.of(1), NOW.plusNanos(1)).probeClock()).isEqualTo(NOW);
        assertThat(welcome(1, Optional.of(Duration.ofNanos(1_999_999)), NOW, 0).samplingInterval())
                .contains(Duration.ofMillis(1));
        assertThat(new Refused(RefusalCode.BUSY, "", Duration.ofNanos(1)).retryAfter())
                .isZero();
    }

    @Test
    void a_sampling_interval_of_nothing_or_less_is_refused() {
        for (Duration interval : List.of(Duration.ZERO, Duration.ofNanos(999_999), Duration.ofSeconds(-5))) {
            assertThatIllegalArgumentException().isThrownBy(() -> welcome(1, Optional.of(interval), NOW, 0));
        }
    }

    @Test
    void durations_end_at_25_days() {
        Duration tooLong = Duration.ofMillis(WireLimits.MAX_DURATION_MILLIS + 1);

        assertThatIllegalArgumentException().isThrownBy(() -> welcome(1, Optional.of(tooLong), NOW, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Refused(RefusalCode.BUSY, "", tooLong));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Refused(RefusalCode.BUSY, "", Duration.ofSeconds(Long.MAX_VALUE)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Refused(RefusalCode.BUSY, "", Duration.ofNanos(-1)));
    }

    @Test
    void versions_begin_at_1() {
        assertThatIllegalArgumentException().isThrownBy(() -> hello(List.of(1, 0), NOW));
        assertThatIllegalArgumentException().isThrownBy(() -> hello(List.of(), NOW));
        assertThatIllegalArgumentException().isThrownBy(() -> welcome(0, Optional.empty(), NOW, 0));
    }

    @Test
    void an_acknowledged_sequence_is_0_or_a_sequence() {
        for (long sequence : new long[] {-1, Long.MAX_VALUE}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new Ack(AcknowledgedRange.upTo(sequence)));
            assertThatIllegalArgumentException().isThrownBy(() -> welcome(1, Optional.empty(), NOW, sequence));
        }
    }

    @Test
    void a_reading_has_each_gpu_once() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reading(1, NOW, machine(), gpu(3, gpu()), gpu(3, gpu())))
                .withMessage("GPU 3 is in a reading twice");
    }

    @Test
    void sequences_of_a_batch_are_consecutive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Readings(List.of(reading(1, NOW, machine()), reading(3, NOW, machine()))));
        assertThatIllegalArgumentException().isThrownBy(() -> new Readings(List.of()));
    }

    @Test
    void a_refusal_with_a_text_too_long_is_shortened_to_fit() {
        assertThat(Refused.because(RefusalCode.BUSY, "€".repeat(300)).text()).isEqualTo("€".repeat(85));
    }

    @Test
    void a_key_is_never_printed() {
        Enroll enroll = new Enroll(List.of(1), "0.1.0", Bytes32.ZERO, "box", VERIFIER);

        assertThat(enroll.toString())
                .isEqualTo("Enroll[versions=[1], probeVersion=0.1.0, tokenSecret=Bytes32[not shown], machineName=box,"
                        + " verifier=KeyVerifier[storedKey=Bytes32[not shown], collectorKey=Bytes32[not shown]]]");
        assertThat(GoldenFrame.KEY).hasToString("MachineKey[secret]");
    }

    private static Hello hello(List<Integer> versions, Instant clock) {
        return new Hello(versions, "0.1.0", "box", Bytes32.ZERO, clock, new UUID(0, 0), new UUID(0, 0));
    }

    private static Welcome welcome(int version, Optional<Duration> interval, Instant clock, long last) {
        return new Welcome(
                version, interval, WireLimits.MAX_FRAME_BYTES, 1, clock, AcknowledgedRange.upTo(last), Bytes32.ZERO);
    }

    private static MetricValues all(Scope scope, ToLongFunction<Metric> raw) {
        MetricValues.Builder values = MetricValues.builder(scope);
        scope.metrics().forEach(metric -> values.setRaw(metric, raw.applyAsLong(metric)));
        return values.build();
    }

    private static int frameBytes(Message message) {
        return MessageCodec.encode(message).remaining() - MessageCodec.LENGTH_BYTES;
    }
}
