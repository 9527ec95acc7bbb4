package io.emberwatch.protocol;

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
import io.emberwatch.protocol.auth.MachineKey.KeyVerifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Valid messages of every type, their fields anywhere in the allowed ranges, the ends more often than by chance. */
final class RandomMessages {
    private static final long LAST_MILLI_OF_9999 = 253_402_300_799_999L;
    private static final String[] CHARACTERS = {"a", "Z", "7", "\n", "\0", "ß", "€", "\uFFFF", "𝄞"};

    private final Random random;

    RandomMessages(Random random) {
        this.random = random;
    }

    Message next() {
        return switch (oneOf(MessageType.values())) {
            case HELLO -> hello();
            case WELCOME -> welcome();
            case REFUSED -> new Refused(oneOf(RefusalCode.values()), text(), duration(0));
            case INVENTORY -> inventory();
            case READINGS -> readings();
            case DEFER -> new Defer(between(2, WireLimits.MAX_SEQUENCE));
            case FETCH -> new Fetch((int) between(1, WireLimits.MAX_READINGS_PER_FRAME));
            case HISTORY -> history();
            case LOST -> lost();
            case ACK -> new Ack(acknowledged());
            case PING -> new Ping(random.nextLong());
            case PONG -> new Pong(random.nextLong());
            case BYE -> new Bye(oneOf(Bye.Reason.values()), text());
            case CHALLENGE -> new Challenge(bytes32());
            case PROOF -> new Proof(bytes32());
            case ENROLL ->
                new Enroll(versions(), text(), bytes32(), machineName(), new KeyVerifier(bytes32(), bytes32()));
            case ENROLLED -> new Enrolled((int) between(1, Integer.MAX_VALUE), machineName());
            case GPU_PROCESSES ->
                new GpuProcesses(time(), listOf(between(0, WireLimits.MAX_GPU_PROCESSES), this::gpuProcess));
        };
    }

    Readings readings() {
        int count = (int) between(1, 20);
        long first = between(1, WireLimits.MAX_SEQUENCE - count);
        return new Readings(
                IntStream.range(0, count).mapToObj(i -> reading(first + i)).toList());
    }

    private History history() {
        List<Reading> readings = random.nextBoolean() ? List.of() : readings().readings();
        long last = readings.isEmpty() ? 1 : readings.get(readings.size() - 1).sequence();
        return new History(between(last, WireLimits.MAX_SEQUENCE), time(), readings);
    }

    private Lost lost() {
        long first = between(1, WireLimits.MAX_SEQUENCE);
        long last = between(first, WireLimits.MAX_SEQUENCE);
        return new Lost(first, last, between(0, last - first + 1), time(), time(), oneOf(Lost.Reason.values()));
    }

    private AcknowledgedRange acknowledged() {
        long last = between(0, WireLimits.MAX_SEQUENCE);
        if (last == 0 || random.nextBoolean()) {
            return AcknowledgedRange.upTo(last);
        }
        long from = between(1, last);
        return new AcknowledgedRange(last, from, between(from, last));
    }

    private List<Integer> versions() {
        List<Integer> versions =
                listOf(between(0, WireLimits.MAX_VERSIONS - 1), () -> (int) between(1, Integer.MAX_VALUE));
        versions.add(Message.VERSION);
        Collections.shuffle(versions, random);
        return versions;
    }

    private Hello hello() {
        return new Hello(versions(), text(), machineName(), bytes32(), time(), uuid(), uuid());
    }

    private Bytes32 bytes32() {
        byte[] bytes = new byte[Bytes32.LENGTH];
        random.nextBytes(bytes);
        return Bytes32.of(bytes);
    }

    private UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private Welcome welcome() {
        return new Welcome(
                (int) between(1, Integer.MAX_VALUE),
                random.nextBoolean() ? Optional.empty() : Optional.of(duration(1)),
                (int) between(WireLimits.MAX_FRAME_BYTES_BEFORE_WELCOME, WireLimits.MAX_FRAME_BYTES),
                (int) between(1, Integer.MAX_VALUE),
                time(),
                acknowledged(),
                bytes32());
    }

    private Inventory inventory() {
        return new Inventory(
                text(),
                text(),
                text(),
                text(),
                text(),
                (int) between(0, Integer.MAX_VALUE),
                between(0, Metric.MEM_TOTAL_BYTES.maxRaw()),
                text(),
                listOf(between(0, WireLimits.MAX_GPUS), this::gpuInfo),
                text(),
                random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of((int) between(0, Integer.MAX_VALUE)));
    }

    private GpuProcesses.OnGpu gpuProcess() {
        return new GpuProcesses.OnGpu(
                (int) between(0, WireLimits.MAX_GPUS - 1),
                between(0, Long.MAX_VALUE),
                text(),
                text(),
                between(0, Metric.GPU_MEM_USED_BYTES.maxRaw()));
    }

    private GpuInfo gpuInfo() {
        return new GpuInfo(
                Texts.fit("G" + text()),
                text(),
                text(),
                temperature(),
                temperature(),
                temperature(),
                temperature(),
                temperature());
    }

    private OptionalInt temperature() {
        return random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of((int) between(-50, 200));
    }

    private Reading reading(long sequence) {
        List<Integer> indices =
                new ArrayList<>(IntStream.range(0, WireLimits.MAX_GPUS).boxed().toList());
        Collections.shuffle(indices, random);
        List<GpuValues> gpus = indices.stream()
                .limit(between(0, 8))
                .map(index -> new GpuValues(index, values(Scope.GPU), listOf(between(0, 3), this::xid)))
                .toList();
        return new Reading(sequence, time(), values(Scope.MACHINE), gpus);
    }

    private int xid() {
        return (int) between(0, WireLimits.MAX_XID);
    }

    private MetricValues values(Scope scope) {
        MetricValues.Builder values = MetricValues.builder(scope);
        for (Metric metric : scope.metrics()) {
            if (random.nextInt(3) > 0) {
                values.setRaw(metric, between(metric.minRaw(), metric.maxRaw()));
            }
        }
        return values.build();
    }

    private Instant time() {
        return Instant.ofEpochMilli(between(0, LAST_MILLI_OF_9999));
    }

    private Duration duration(long minMillis) {
        return Duration.ofMillis(between(minMillis, WireLimits.MAX_DURATION_MILLIS));
    }

    private String machineName() {
        String letters = "abcXYZ019._-";
        StringBuilder name = new StringBuilder("m");
        for (long i = between(0, WireLimits.MAX_MACHINE_NAME_LENGTH - 1); i > 0; i--) {
            name.append(letters.charAt(random.nextInt(letters.length())));
        }
        return name.toString();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (long i = between(0, 100); i > 0; i--) {
            text.append(oneOf(CHARACTERS));
        }
        return Texts.fit(text.toString());
    }

    /** Inclusive at both ends; an end, a small step from one, a number of any length, or any number. */
    private long between(long min, long max) {
        long candidate = switch (random.nextInt(6)) {
            case 0 -> min;
            case 1 -> max;
            case 2 -> min + random.nextInt(10);
            case 3 -> max - random.nextInt(10);
            case 4 -> random.nextLong() >> random.nextInt(Long.SIZE);
            default -> random.nextLong();
        };
        if (min <= candidate && candidate <= max) {
            return candidate;
        }
        long span = max - min + 1;
        return span <= 0 ? candidate & Long.MAX_VALUE : min + Math.floorMod(candidate, span);
    }

    private <T> List<T> listOf(long count, Supplier<T> element) {
        List<T> list = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            list.add(element.get());
        }
        return list;
    }

    private <T> T oneOf(T[] choices) {
        return choices[random.nextInt(choices.length)];
    }
}
