package io.emberwatch.protocol;

import static io.emberwatch.protocol.GoldenFrame.gpu;
import static io.emberwatch.protocol.GoldenFrame.machine;
import static io.emberwatch.protocol.GoldenFrame.reading;
import static io.emberwatch.protocol.Metric.CPU_TEMP_C;
import static io.emberwatch.protocol.Metric.GPU_TEMP_C;
import static io.emberwatch.protocol.Metric.MEM_USED_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadingsCodecTest {
    private static final Instant NOW = Instant.parse("2026-11-05T10:00:00Z");
    private static final long LAST_MILLI_OF_9999 = 253_402_300_799_999L;

    @Test
    void what_does_not_change_costs_one_byte_a_value() {
        Readings one = new Readings(List.of(reading(1, NOW, machine().set(MEM_USED_BYTES, 1e12))));
        Readings two = new Readings(List.of(
                reading(1, NOW, machine().set(MEM_USED_BYTES, 1e12)),
                reading(2, NOW, machine().set(MEM_USED_BYTES, 1e12))));

        int lengthTimePresenceAndGpuCount = 1 + 1 + 2 + 1;
        assertThat(MessageCodec.encode(two).remaining()
                        - MessageCodec.encode(one).remaining())
                .isEqualTo(lengthTimePresenceAndGpuCount + 1);
    }

    @Test
    void a_value_is_coded_against_the_last_one_of_its_metric_over_readings_without_it() throws Exception {
        assertSurvives(
                reading(1, NOW, machine().set(CPU_TEMP_C, 90)),
                reading(2, NOW, machine()),
                reading(3, NOW, machine().set(CPU_TEMP_C, 91)));
    }

    @Test
    void each_gpu_is_coded_against_itself() throws Exception {
        assertSurvives(
                reading(1, NOW, machine(), gpu(0, gpu().set(GPU_TEMP_C, 40)), gpu(63, gpu().set(GPU_TEMP_C, 90))),
                reading(2, NOW, machine(), gpu(63, gpu().set(GPU_TEMP_C, 91)), gpu(0, gpu().set(GPU_TEMP_C, 41))));
    }

    @Test
    void differences_wrap_around_and_values_that_are_not_credible_are_left_out_and_counted() throws Exception {
        List<Reading> readings = readings(out -> batchOf(
                out,
                readingWithCpuTemp(0, Long.MAX_VALUE),
                readingWithCpuTemp(Long.MAX_VALUE, Long.MIN_VALUE),
                readingWithCpuTemp(Long.MIN_VALUE, 615)));

        assertThat(readings)
                .extracting(reading -> reading.machine().toString())
                .containsExactly("{rejected_value_count=1}", "{rejected_value_count=1}", "{cpu_temp_c=61.5}");
    }

    @Test
    void a_value_of_a_gpu_that_is_not_credible_is_counted_beside_what_the_probe_itself_left_out() throws Exception {
        List<Reading> readings = readings(out -> {
            WireWriter reading = new WireWriter();
            reading.zigzag(0);
            reading.varint(1 << (Metric.REJECTED_VALUE_COUNT.wireId() - 1));
            reading.zigzag(3);
            reading.varint(1);
            WireWriter gpu = new WireWriter();
            gpu.varint(0);
            gpu.varint(1 << (GPU_TEMP_C.wireId() - 1) | 1 << (Metric.GPU_POWER_W.wireId() - 1));
            gpu.zigzag(990);
            gpu.zigzag(42_949_672);
            reading.nested(gpu);
            batchOf(out, reading);
        });

        assertThat(readings.get(0).machine()).hasToString("{rejected_value_count=4}");
        assertThat(readings.get(0).gpus().get(0).values()).hasToString("{gpu_temp_c=99.0}");
    }

    @Test
    void a_count_of_rejected_values_that_is_not_credible_is_one_itself() throws Exception {
        List<Reading> readings = readings(out -> {
            WireWriter reading = new WireWriter();
            reading.zigzag(0);
            reading.varint(1 << (Metric.REJECTED_VALUE_COUNT.wireId() - 1));
            reading.zigzag(-1);
            reading.varint(0);
            batchOf(out, reading);
        });

        assertThat(readings.get(0).machine()).hasToString("{rejected_value_count=1}");
    }

    @Test
    void a_code_that_is_no_xid_is_left_out_and_counted() throws Exception {
        List<Reading> readings = readings(out -> {
            WireWriter reading = new WireWriter();
            reading.zigzag(0);
            reading.varint(0);
            reading.varint(1);
            WireWriter gpu = new WireWriter();
            gpu.varint(0);
            gpu.varint(0);
            gpu.varint(3);
            gpu.varint(79);
            gpu.varint(WireLimits.MAX_XID + 1);
            gpu.varint(-1);
            reading.nested(gpu);
            batchOf(out, reading);
        });

        assertThat(readings.get(0).gpus().get(0).xids()).containsExactly(79);
        assertThat(readings.get(0).machine()).hasToString("{rejected_value_count=2}");
    }

    @Test
    void time_may_run_backwards() throws Exception {
        assertSurvives(
                reading(1, Instant.ofEpochMilli(LAST_MILLI_OF_9999), machine()), reading(2, Instant.EPOCH, machine()));
    }

    @Test
    void the_last_possible_sequence_survives() throws Exception {
        assertSurvives(reading(WireLimits.MAX_SEQUENCE, NOW, machine()));
    }

    @Test
    void a_thousand_readings_survive() throws Exception {
        List<Reading> readings = new ArrayList<>();
        for (int i = 1; i <= WireLimits.MAX_READINGS_PER_FRAME; i++) {
            readings.add(reading(i, NOW.plusSeconds(i), machine().set(CPU_TEMP_C, i % 100)));
        }

        assertSurvives(readings.toArray(Reading[]::new));
    }

    @Test
    void a_thousand_readings_cannot_be_in_five_bytes() {
        assertThatThrownBy(() -> decode(out -> {
                    out.varint(1);
                    out.varint(1000);
                    out.varint(0);
                    out.varint(0);
                }))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("1000 readings cannot fit in 2 bytes");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1001, Long.MAX_VALUE, -1})
    void a_batch_has_1_to_1000_readings(long count) {
        assertMalformed(out -> {
            out.varint(1);
            out.varint(count);
            for (int i = 0; i < 1001; i++) {
                out.nested(emptyReading(0));
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1",
        "-1, 1",
        "-9223372036854775808, 1",
        "9223372036854775807, 1",
        "9223372036854775806, 2",
        "9223372036854774807, 1001"
    })
    void sequences_stay_between_1_and_the_last_possible_one(long first, int count) {
        assertMalformed(out -> {
            out.varint(first);
            out.varint(count);
            for (int i = 0; i < count; i++) {
                out.nested(emptyReading(0));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, LAST_MILLI_OF_9999 + 1, Long.MAX_VALUE, Long.MIN_VALUE})
    void a_time_outside_the_years_1970_to_9999_is_refused(long millis) {
        assertMalformed(out -> batchOf(out, emptyReading(millis)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, Long.MAX_VALUE, Long.MIN_VALUE, -LAST_MILLI_OF_9999 - 1})
    void a_time_that_leaves_them_by_its_difference_is_refused(long difference) {
        assertMalformed(out -> batchOf(out, emptyReading(LAST_MILLI_OF_9999), emptyReading(difference)));
    }

    @Test
    void a_reading_cannot_have_more_than_64_gpus() {
        assertMalformed(out -> batchOf(out, readingWithGpus(65, i -> i)));
        assertMalformed(out -> batchOf(out, readingWithGpus(1, i -> 64)));
    }

    @Test
    void a_gpu_cannot_be_in_a_reading_twice() {
        assertMalformed(out -> batchOf(out, readingWithGpus(2, i -> 5)));
    }

    @Test
    void a_presence_bitmap_of_64_bits_is_refused() {
        assertMalformed(out -> {
            WireWriter reading = new WireWriter();
            reading.zigzag(0);
            reading.varint(Long.MIN_VALUE);
            reading.zigzag(0);
            reading.varint(0);
            batchOf(out, reading);
        });
    }

    @Test
    void all_63_metrics_that_a_bitmap_can_name_are_skipped_where_unknown() throws Exception {
        List<Reading> readings = readings(out -> {
            WireWriter reading = new WireWriter();
            reading.zigzag(0);
            reading.varint(Long.MAX_VALUE);
            for (int wireId = 1; wireId <= Scope.maxWireMetrics(); wireId++) {
                reading.zigzag(wireId);
            }
            reading.varint(0);
            batchOf(out, reading);
        });

        MetricValues values = readings.get(0).machine();
        assertThat(Scope.MACHINE.metrics())
                .allSatisfy(metric -> assertThat(values.raw(metric)).isEqualTo(metric.wireId()));
    }

    @Test
    void a_reading_cannot_reach_beyond_its_own_length() {
        assertMalformed(out -> {
            out.varint(1);
            out.varint(1);
            out.zigzag(0);
            out.varint(2);
            out.zigzag(0);
            out.varint(0);
            out.varint(0);
            out.varint(0);
        });
    }

    @Test
    void the_time_of_sending_is_kept_whatever_the_times_of_the_readings() throws ProtocolException {
        Reading reading = new Reading(1, Instant.ofEpochMilli(5), MetricValues.empty(Scope.MACHINE), List.of());
        Readings batch = new Readings(Instant.parse("2026-11-05T10:00:00.123Z"), List.of(reading));
        ByteBuffer frame = MessageCodec.encode(batch);
        frame.getInt();

        assertThat(MessageCodec.decode(frame)).contains(batch);
    }

    private static void assertSurvives(Reading... readings) throws ProtocolException {
        Readings batch = new Readings(List.of(readings));
        ByteBuffer frame = MessageCodec.encode(batch);
        frame.getInt();

        assertThat(MessageCodec.decode(frame)).contains(batch);
    }

    private static void assertMalformed(Consumer<WireWriter> body) {
        assertThatThrownBy(() -> decode(body))
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.code()).isEqualTo(RefusalCode.MALFORMED));
    }

    private static Message decode(Consumer<WireWriter> body) throws ProtocolException {
        WireWriter out = new WireWriter();
        out.u8(MessageType.READINGS.wireByte());
        body.accept(out);
        return MessageCodec.decode(out.toBuffer()).orElseThrow();
    }

    private static List<Reading> readings(Consumer<WireWriter> body) throws ProtocolException {
        return ((Readings) decode(body)).readings();
    }

    private static void batchOf(WireWriter out, WireWriter... readings) {
        out.varint(1);
        out.varint(readings.length);
        out.zigzag(0);
        for (WireWriter reading : readings) {
            out.nested(reading);
        }
    }

    private static WireWriter emptyReading(long time) {
        WireWriter reading = new WireWriter();
        reading.zigzag(time);
        reading.varint(0);
        reading.varint(0);
        return reading;
    }

    private static WireWriter readingWithCpuTemp(long before, long raw) {
        WireWriter reading = new WireWriter();
        reading.zigzag(0);
        reading.varint(1 << (CPU_TEMP_C.wireId() - 1));
        reading.zigzag(raw - before);
        reading.varint(0);
        return reading;
    }

    private static WireWriter readingWithGpus(int count, IntUnaryOperator indexOf) {
        WireWriter reading = new WireWriter();
        reading.zigzag(0);
        reading.varint(0);
        reading.varint(count);
        for (int i = 0; i < count; i++) {
            WireWriter gpu = new WireWriter();
            gpu.varint(indexOf.applyAsInt(i));
            gpu.varint(0);
            reading.nested(gpu);
        }
        return reading;
    }
}
