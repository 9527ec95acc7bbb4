package io.emberwatch.protocol.conf;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One setting. Prints as its name.
 *
 * @param name as it stands in the file, for example {@code sampling.interval}
 * @param defaultValue as it would stand in the file; empty if the key need not have a value
 * @param unset what holds without a value, for a person
 * @param example stands in the sample file if there is no default; may be empty
 * @param text what the key is for, in lines
 */
public record Key<T>(
        String name, Kind<T> kind, Optional<String> defaultValue, String unset, String example, List<String> text) {
    /** The option of the command line that sets this key. */
    public String flag() {
        return KeyTable.flag(name);
    }

    public boolean isSecret() {
        return kind.isSecret();
    }

    /** What the key is for, what it may be and what it is by default, as comments of a configuration file. */
    public String explanation() {
        String allowed = kind.allowed().isEmpty() ? "" : "# Must be " + kind.allowed() + ".\n";
        return text.stream().map(line -> "# " + line + "\n").collect(Collectors.joining())
                + allowed
                + "# Default: " + defaultValue.orElse(unset) + ".\n";
    }

    /** The same, with the line that sets the key, which is a comment too. */
    String sample() {
        return explanation() + ("#" + name + " = " + defaultValue.orElse(example)).stripTrailing() + "\n";
    }

    @Override
    public String toString() {
        return name;
    }
}
