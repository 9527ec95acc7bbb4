package io.emberwatch.protocol.conf;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A configuration file, in UTF-8. Immutable.
 *
 * <pre>
 * # a comment
 * sampling.interval = 5s      # so is this, because white space stands before it
 * mail.password     = a#b     # the password is a#b
 * mail.subject      = "  # "  # in quotes everything counts as it stands; there are no escapes
 * </pre>
 *
 * A key consists of lower-case letters, digits, dots and hyphens, and may occur once. Every mistake is a {@link
 * ConfException} that names file and line.
 */
public final class ConfFile {
    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9.-]*");
    private static final Pattern COMMENT = Pattern.compile("(^|\\s)#.*");
    private static final Pattern QUOTED = Pattern.compile("\"(.*?)\"\\s*(#.*)?");

    private final String name;
    private final Map<String, Entry> entries;

    private ConfFile(String name, Map<String, Entry> entries) {
        this.name = name;
        this.entries = Collections.unmodifiableMap(entries);
    }

    /**
     * One setting as it stands in the file. Prints without the value, which may be a secret.
     *
     * @param line counted from 1
     */
    public record Entry(String key, String value, int line) {
        @Override
        public String toString() {
            return "Entry[" + key + ", line=" + line + "]";
        }
    }

    /** Reads and checks a file. */
    public static ConfFile parse(Path file) {
        try {
            return parse(file.toString(), Files.readAllLines(file));
        } catch (NoSuchFileException e) {
            throw new ConfException("no such configuration file: " + file, e);
        } catch (CharacterCodingException e) {
            throw new ConfException("configuration file is not UTF-8: " + file, e);
        } catch (IOException e) {
            throw new ConfException("cannot read configuration file " + file + ": " + e.getMessage(), e);
        }
    }

    /** Checks lines that come from anywhere; {@code name} stands for the file in messages. */
    public static ConfFile parse(String name, List<String> lines) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            Optional<Entry> entry = parseLine(name, i == 0 ? withoutByteOrderMark(lines.get(i)) : lines.get(i), i + 1);
            if (entry.isPresent()) {
                Entry earlier = entries.putIfAbsent(entry.get().key(), entry.get());
                if (earlier != null) {
                    throw error(name, i + 1, "'" + earlier.key() + "' is already set in line " + earlier.line());
                }
            }
        }
        return new ConfFile(name, entries);
    }

    /** A file without a line, for when there is none. */
    public static ConfFile empty(String name) {
        return new ConfFile(name, Map.of());
    }

    /** What the file is called in messages. */
    public String name() {
        return name;
    }

    public Optional<Entry> find(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    /** All settings in the file's order. */
    public Collection<Entry> entries() {
        return entries.values();
    }

    /** Refuses the first key that is not and never was in the table, and suggests the one that was probably meant. */
    public void requireKnownKeys(KeyTable table) {
        List<String> known = table.names();
        for (Entry entry : entries.values()) {
            if (!known.contains(entry.key()) && !table.retired().contains(entry.key())) {
                throw error(
                        name, entry.line(), "unknown key '" + entry.key() + "'" + Suggestion.hint(entry.key(), known));
            }
        }
    }

    private static Optional<Entry> parseLine(String name, String line, int number) {
        if (COMMENT.matcher(line.strip()).lookingAt() || line.isBlank()) {
            return Optional.empty();
        }
        int equals = line.indexOf('=');
        if (equals < 0) {
            // The line is not repeated: it may be a password that lost its key.
            throw error(name, number, "expected 'key = value', but there is no =");
        }
        String key = line.substring(0, equals).strip();
        if (!KEY.matcher(key).matches()) {
            throw error(name, number, "'" + key + "' is not a key: lower-case letters, digits, '.' and '-' only");
        }
        return Optional.of(new Entry(key, valueOf(name, number, key, line.substring(equals + 1)), number));
    }

    private static String valueOf(String name, int number, String key, String text) {
        if (text.strip().startsWith("\"")) {
            var quoted = QUOTED.matcher(text.strip());
            if (!quoted.matches()) {
                throw error(
                        name, number, "the quoted value of '" + key + "' must end with a quote, and its line there");
            }
            return quoted.group(1);
        }
        String value = COMMENT.matcher(text).replaceFirst("").strip();
        if (value.isEmpty()) {
            throw error(name, number, "'" + key + "' has no value; put # before the line to leave it unset");
        }
        return value;
    }

    private static String withoutByteOrderMark(String line) {
        return line.startsWith("\uFEFF") ? line.substring(1) : line;
    }

    private static ConfException error(String name, int line, String message) {
        return new ConfException(name + " line " + line + ": " + message);
    }
}
