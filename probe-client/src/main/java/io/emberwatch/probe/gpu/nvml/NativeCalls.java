package io.emberwatch.probe.gpu.nvml;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Calls of C functions by name. An older library lacks some of them: that is found out once for each. Thread-safe. */
final class NativeCalls {
    /** Room for the largest answer, a list of processes. */
    private static final int SCRATCH_BYTES = 8192;

    private static final ThreadLocal<Memory> SCRATCH = ThreadLocal.withInitial(() -> new Memory(SCRATCH_BYTES));

    private static final int VERSION_CHARS = 80;

    private final NativeLibrary library;
    private final Map<String, Optional<Function>> functions = new ConcurrentHashMap<>();
    private volatile boolean unloaded;

    private NativeCalls(NativeLibrary library) {
        this.library = library;
    }

    /**
     * Loads a library.
     *
     * @param name as the dynamic linker finds it, or an absolute path
     * @throws NvmlException LIBRARY_NOT_FOUND
     */
    static NativeCalls of(String name) throws NvmlException {
        try {
            return new NativeCalls(NativeLibrary.getInstance(name));
        } catch (LinkageError e) {
            throw new NvmlException(NvmlCode.LIBRARY_NOT_FOUND, name, e);
        }
    }

    /** The driver's version, such as 580.65.06. */
    String driverVersion() throws NvmlException {
        return text(VERSION_CHARS, "nvmlSystemGetDriverVersion");
    }

    /** Calls a function that answers an {@code nvmlReturn_t}. */
    void call(String name, Object... arguments) throws NvmlException {
        NvmlCode code = NvmlCode.of(function(name).invokeInt(arguments));
        if (code != NvmlCode.SUCCESS) {
            throw new NvmlException(code, name);
        }
    }

    /** The same for a function that other releases call by another name. */
    void callEither(String name, String otherName, Object... arguments) throws NvmlException {
        call(has(name) || !has(otherName) ? name : otherName, arguments);
    }

    /** Calls a function whose last argument is a pointer to an {@code unsigned int}. */
    long uint(String name, Object... arguments) throws NvmlException {
        return Integer.toUnsignedLong(out(Integer.BYTES, name, arguments).getInt(0));
    }

    /**
     * Calls a function whose last argument is a pointer to an {@code unsigned long long}; more than 63 bits are cut
     * off.
     */
    long ulong(String name, Object... arguments) throws NvmlException {
        return out(Long.BYTES, name, arguments).getLong(0) & Long.MAX_VALUE;
    }

    /** Calls a function that writes a text into a buffer, its last arguments being that and its size. */
    String text(int size, String name, Object... arguments) throws NvmlException {
        Memory buffer = zeroed(size);
        Object[] all = append(arguments, buffer, size);
        call(name, all);
        return textAt(buffer, 0, size);
    }

    /** Calls a function whose last argument is a pointer to this many bytes, all zero before. */
    Memory out(int size, String name, Object... arguments) throws NvmlException {
        Memory result = zeroed(size);
        call(name, append(arguments, result));
        return result;
    }

    /**
     * Memory for the arguments of a call and its results. It is the same each time in one thread, because getting some
     * anew costs more than most calls: valid until this thread's next call.
     */
    static Memory zeroed(int size) {
        Memory memory = SCRATCH.get();
        memory.clear(size);
        return memory;
    }

    /** A text that ends with a zero, or where its field does. */
    static String textAt(Memory memory, int offset, int size) {
        byte[] bytes = memory.getByteArray(offset, size);
        int length = 0;
        while (length < size && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** No call may be under way; those that follow are refused, for they would end the process. */
    void unload() {
        unloaded = true;
        library.close();
    }

    private Function function(String name) throws NvmlException {
        if (unloaded) {
            throw new NvmlException(NvmlCode.UNINITIALIZED, name);
        }
        return find(name).orElseThrow(() -> new NvmlException(NvmlCode.FUNCTION_NOT_FOUND, name));
    }

    /** Whether this release has the function. */
    boolean has(String name) {
        return find(name).isPresent();
    }

    private Optional<Function> find(String name) {
        return functions.computeIfAbsent(name, this::look);
    }

    private Optional<Function> look(String name) {
        try {
            return Optional.of(library.getFunction(name));
        } catch (UnsatisfiedLinkError e) {
            return Optional.empty();
        }
    }

    private static Object[] append(Object[] arguments, Object... more) {
        Object[] all = new Object[arguments.length + more.length];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return all;
    }
}
