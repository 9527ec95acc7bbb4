package io.emberwatch.probe.enroll;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Changes some settings of a configuration file and leaves every other line as it is. Stateless. */
public final class ConfEdit {
    private ConfEdit() {}

    /**
     * The lines with these settings: each in its old place, or behind the comment that shows it, or at the end.
     *
     * @param set values by key
     * @param unset keys whose lines become comments
     */
    public static List<String> apply(List<String> lines, Map<String, String> set, Collection<String> unset) {
        List<String> edited = new ArrayList<>(lines);
        unset.forEach(key -> edited.replaceAll(line -> isSetting(key, line) ? "#" + line : line));
        set.forEach((key, value) -> set(edited, key, value));
        return edited;
    }

    private static void set(List<String> lines, String key, String value) {
        for (int i = 0; i < lines.size(); i++) {
            if (isSetting(key, lines.get(i))) {
                lines.set(i, key + " = " + value + remark(lines.get(i)));
                return;
            }
        }
        int shown = indexOfExample(key, lines);
        lines.add(shown < 0 ? lines.size() : shown + 1, key + " = " + value);
    }

    private static int indexOfExample(String key, List<String> lines) {
        Pattern example = Pattern.compile("\\s*#\\s*" + Pattern.quote(key) + "\\s*=.*");
        for (int i = 0; i < lines.size(); i++) {
            if (example.matcher(lines.get(i)).matches()) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isSetting(String key, String line) {
        return line.matches("\uFEFF?\\s*" + Pattern.quote(key) + "\\s*=.*");
    }

    /** What stands behind the value; nothing if the value is in quotes, in which a # is none. */
    private static String remark(String line) {
        Matcher remark = Pattern.compile("\\s#.*").matcher(line);
        return !line.contains("\"") && remark.find() ? " " + remark.group() : "";
    }
}
