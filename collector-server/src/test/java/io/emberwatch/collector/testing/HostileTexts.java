package io.emberwatch.collector.testing;

import java.util.List;
import java.util.stream.Stream;

/**
 * Texts that somebody could put into a name, a place or an inventory to get out of wherever it ends up: SQL, the
 * headers and the HTML of mails, logs, terminals, JSON, file names.
 */
public final class HostileTexts {
    /** Makes two recipients of one where line breaks pass. */
    public static final String NEW_HEADER = "a@example.org\r\nBcc: eve@example.org";

    /** Each of them is one line without control characters, so that people may type it as a name. */
    private static final List<String> TYPED = List.of(
            "O'Neil \"the box\" `x` \\",
            "'; DROP TABLE owner; -- ",
            "' OR '1'='1' /* \\",
            "\\' OR 1=1 #",
            "100 % %s %n %d %x{0} {} {}",
            "_%",
            "${jndi:ldap://127.0.0.1/a} ${env:HOME} #{7*7} {{7*7}}",
            "<script>alert(1)</script><img src=x onerror=alert(1)>",
            "\"></td></table><a href='http://eve.example'>log in</a><!--",
            "AT&T &lt;b&gt; &#x3c; &amp;amp;",
            "=cmd|' /C calc'!A0",
            "@SUM(1) +1 -1",
            "\",\"admin\":true,\"x\":\"",
            "{\"a\":[1,{}]} // \\u0022",
            "=?utf-8?B?QmNjOiBldmVAZXhhbXBsZS5vcmc=?= =?utf-8?Q?=0D=0ABcc=3A_eve?=",
            "g: eve@example.org, x@example.org;",
            "<eve@example.org>, Eve",
            "../../etc/passwd",
            "--owner=eve",
            "王芳 机房三 第5排 𠮷",
            "نام‌خانوادگی שלום",
            "🔥👨‍👩‍👧🏴‍☠️",
            "Jose\u0301 Z\u0351\u036b\u0343a\u0323lgo",
            "\u200bgpu\u200c\u200d\ufeff\u00ad",
            "gр\u0443 раураl",
            "上不",
            "Ċč",
            "x".repeat(90));

    /** They cannot be typed as a name, but stand in a table or come from a probe. */
    private static final List<String> STEERING = List.of(
            "a\r\nBcc: eve@example.org\r\n\r\n<b>body</b>",
            "a\r\n .\r\nQUIT\r\n",
            "a\n folded: header",
            "2026-01-01T00:00:00Z\n2026-01-01T00:00:01Z ERROR forged entry",
            "a\u2028b\u2029c\u0085d\u000be\ff",
            "\0 nul \0",
            "\u001b[2J\u001b[31mred\u001b]0;title\u0007",
            "\u001b]8;;http://eve.example\u001b\\link\u001b]8;;\u001b\\",
            "\u009b2J\u009d0;title\u009c\u0090",
            "\b\b\b\bover\rover\u007f\u007f",
            "\u202egnp.exe\u202c \u2066x\u2069 \u202dy",
            "\t\ttabs\t",
            "🔥".repeat(63));

    /** What no UTF-8 can carry. */
    private static final List<String> HALVES = List.of("\ud83d", "a\udd25b", "\udd25\ud83d");

    private HostileTexts() {}

    /** What an owner's name or a location may be. */
    public static Stream<String> typed() {
        return TYPED.stream();
    }

    /**
     * What can be stored: the typed ones, and those that only SQL or a probe can bring. Each fits 255 bytes of UTF-8.
     */
    public static Stream<String> stored() {
        return Stream.concat(typed(), STEERING.stream());
    }

    /** The stored ones, and what only a string of Java can hold. */
    public static Stream<String> all() {
        return Stream.concat(stored(), HALVES.stream());
    }

    /** Whether a terminal would show this and do nothing else; line breaks are allowed. */
    public static boolean isHarmlessOnATerminal(String text) {
        return text.codePoints().allMatch(c -> c == '\n' || isHarmless(c));
    }

    // Not in terms of the code under test.
    private static boolean isHarmless(int c) {
        boolean control = c < 0x20 || (c >= 0x7f && c <= 0x9f);
        boolean separator = c == 0x2028 || c == 0x2029;
        boolean turning = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
        boolean half = c >= 0xd800 && c <= 0xdfff;
        return !control && !separator && !turning && !half;
    }
}
