package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.probe.gpu.nvml.Nvml.Field;
import io.emberwatch.probe.gpu.nvml.Nvml.FieldAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a GPU for one value after the other. What it does not have is not asked for again for some time: most GPUs lack
 * some values, and each question costs. For one thread.
 */
final class NvmlQuery {
    /** A change of the GPU's mode may bring values that it did not have. */
    static final Duration ASK_AGAIN = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(NvmlQuery.class);

    private final String uuid;
    private final LongSupplier nanoTime;
    private final Set<String> unsupported = new HashSet<>();
    private final Set<String> failing = new HashSet<>();
    private final Map<String, NvmlException> refusals = new LinkedHashMap<>();
    private Optional<NvmlException> firstFailure = Optional.empty();
    private boolean anyAnswer;
    private long forgetNanos;

    /** A call that asks for one value. */
    @FunctionalInterface
    interface Question<T> {
        T ask() throws NvmlException;
    }

    /** @param nanoTime {@link System#nanoTime()} */
    NvmlQuery(String uuid, LongSupplier nanoTime) {
        this.uuid = uuid;
        this.nanoTime = nanoTime;
        this.forgetNanos = nanoTime.getAsLong() + ASK_AGAIN.toNanos();
    }

    /** A new reading begins. */
    void begin() {
        firstFailure = Optional.empty();
        refusals.clear();
        anyAnswer = false;
        long now = nanoTime.getAsLong();
        if (now - forgetNanos >= 0) {
            forgetNanos = now + ASK_AGAIN.toNanos();
            unsupported.clear();
        }
    }

    /**
     * Asks for a value; empty if the GPU does not report it.
     *
     * @param what it is, for the log; each value has its own
     * @throws NvmlException if there is no use in asking for others
     */
    <T> Optional<T> ask(String what, Question<T> question) throws NvmlException {
        if (unsupported.contains(what)) {
            return Optional.empty();
        }
        try {
            T answer = question.ask();
            anyAnswer = true;
            if (!failing.isEmpty() && failing.remove(what)) {
                LOG.info("GPU {}: {} can be read again", uuid, what);
            }
            return Optional.of(answer);
        } catch (NvmlException e) {
            if (e.code().endsReading()) {
                throw e;
            }
            refused(what, e);
            return Optional.empty();
        }
    }

    /**
     * Asks for fields in one call, but for those that the GPU is known not to report.
     *
     * @return those that it reports
     * @throws NvmlException if there is no use in asking for others
     */
    Map<Field, Integer> ask(Nvml.Device device, List<Field> fields) throws NvmlException {
        List<Field> asked = fields.stream()
                .filter(field -> !unsupported.contains(field.toString()))
                .toList();
        Map<Field, Integer> reported = new EnumMap<>(Field.class);
        List<FieldAnswer> answers = answers(device, asked);
        for (int i = 0; i < asked.size(); i++) {
            Field field = asked.get(i);
            FieldAnswer answer = answers.get(i);
            ask(field.toString(), () -> value(field, answer)).ifPresent(value -> reported.put(field, value));
        }
        return reported;
    }

    /**
     * If the call fails, each is asked for by itself: an older driver may refuse all for a number that it does not
     * know.
     */
    private static List<FieldAnswer> answers(Nvml.Device device, List<Field> asked) {
        if (asked.isEmpty()) {
            return List.of();
        }
        try {
            return device.fields(asked);
        } catch (NvmlException e) {
            if (asked.size() == 1 || e.code().endsReading()) {
                return asked.stream().map(field -> new FieldAnswer(e.code(), 0)).toList();
            }
            List<FieldAnswer> answers = new ArrayList<>();
            asked.forEach(field -> answers.addAll(answers(device, List.of(field))));
            return answers;
        }
    }

    private static int value(Field field, FieldAnswer answer) throws NvmlException {
        if (answer.code() == NvmlCode.SUCCESS) {
            return answer.value();
        }
        boolean isUnknown = answer.code() == NvmlCode.INVALID_ARGUMENT;
        throw new NvmlException(isUnknown ? NvmlCode.NOT_SUPPORTED : answer.code(), field.toString());
    }

    /**
     * The reading is over.
     *
     * @throws NvmlException if not one value could be had, and not only because the GPU has none
     */
    void end() throws NvmlException {
        if (!anyAnswer && firstFailure.isPresent()) {
            throw firstFailure.get();
        }
        refusals.forEach((what, e) -> {
            if (failing.add(what)) {
                LOG.warn("GPU {}: {} cannot be read: {}; left out until it can", uuid, what, e.getMessage());
            }
        });
    }

    /** Why this value could not be had in this reading, if the GPU has it. */
    Optional<NvmlException> refusal(String what) {
        return Optional.ofNullable(refusals.get(what));
    }

    private void refused(String what, NvmlException e) {
        if (e.code().isUnsupported()) {
            unsupported.add(what);
            return;
        }
        firstFailure = firstFailure.or(() -> Optional.of(e));
        refusals.put(what, e);
    }
}
