package io.emberwatch.probe.gpu.nvml;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;

/** Values by their numbers, any number of them in one call. */
final class NativeFields {
    private static final String FUNCTION = "nvmlDeviceGetFieldValues";
    /** nvmlFieldValue_t: id, scope, time stamp, latency, type, result, value. */
    private static final int BYTES = 40;

    private static final int RESULT_OFFSET = 28;
    private static final int VALUE_OFFSET = 32;

    private NativeFields() {}

    /** Of a card; each value must be a number of 32 bits, or begin with one. */
    static List<Nvml.FieldAnswer> ask(NativeCalls calls, Pointer card, int... numbers) throws NvmlException {
        Memory fields = NativeCalls.zeroed(numbers.length * BYTES);
        for (int i = 0; i < numbers.length; i++) {
            fields.setInt((long) i * BYTES, numbers[i]);
        }
        calls.call(FUNCTION, card, numbers.length, fields);
        List<Nvml.FieldAnswer> answers = new ArrayList<>();
        for (int i = 0; i < numbers.length; i++) {
            long field = (long) i * BYTES;
            answers.add(new Nvml.FieldAnswer(
                    NvmlCode.of(fields.getInt(field + RESULT_OFFSET)), fields.getInt(field + VALUE_OFFSET)));
        }
        return answers;
    }

    /** The same for one; fails if it has no value. */
    static int askOne(NativeCalls calls, Pointer card, int number) throws NvmlException {
        Nvml.FieldAnswer answer = ask(calls, card, number).get(0);
        if (answer.code() != NvmlCode.SUCCESS) {
            throw new NvmlException(answer.code(), FUNCTION);
        }
        return answer.value();
    }
}
