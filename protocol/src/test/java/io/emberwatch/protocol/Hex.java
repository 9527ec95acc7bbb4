package io.emberwatch.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Commented hexadecimal: white space between bytes, {@code #} begins a comment that ends with the line. */
final class Hex {
    private Hex() {}

    static byte[] parse(String commented) {
        String digits = commented.replaceAll("(?m)#.*$", "").replaceAll("\\s", "");
        return HexFormat.of().parseHex(digits);
    }

    /** The frame in {@code wire/<name>.hex}. */
    static byte[] resource(String name) {
        try (InputStream in = Hex.class.getResourceAsStream("/wire/" + name + ".hex")) {
            if (in == null) {
                throw new AssertionError("no golden frame wire/" + name + ".hex");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String of(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    static String of(ByteBuffer buffer) {
        return of(bytes(buffer));
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
