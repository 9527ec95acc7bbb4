package io.emberwatch.collector.problem;

import io.emberwatch.protocol.Texts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The problems of the service: whoever sees one says so here, as often as he sees it, and need not log it. What is said
 * again counts, and is logged again rarely. Holds a bounded number; thread-safe, and never blocks for long.
 */
public final class ServiceProblems {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceProblems.class);
    /** Of one kind; more are summed up in one entry, whatever their subject. */
    static final int MAX_SUBJECTS = 100;

    /** What is solved may be looked at for so long. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofDays(1);
    /** What was not seen for so long is no longer so, whether or not somebody saw it end. */
    public static final Duration OVER_AFTER = Duration.ofDays(2);

    private static final Duration LOG_AGAIN_AFTER = Duration.ofMinutes(10);
    /** As many as the columns of table {@code service_problem} hold. */
    private static final int MAX_SUBJECT_CHARACTERS = 200;

    private static final int MAX_TEXT_CHARACTERS = 1_000;
    private static final String OTHERS = "others";

    private record Key(ServiceProblem.Kind kind, String subject) {}

    private final Clock clock;
    private final Map<Key, ServiceProblem> byKey = new LinkedHashMap<>();
    private final Map<Key, Instant> loggedAt = new LinkedHashMap<>();

    public ServiceProblems(Clock clock) {
        this.clock = clock;
    }

    /**
     * It is so, now.
     *
     * @param subject what it happens to: a machine's name, a writer, a file
     * @param text what was seen, and what to do about it
     */
    public void report(ServiceProblem.Kind kind, String subject, String text) {
        Instant now = clock.instant();
        String line = bounded(text, MAX_TEXT_CHARACTERS);
        synchronized (this) {
            Key key = keyOf(kind, subject);
            ServiceProblem known = byKey.get(key);
            boolean isNew = known == null || known.isSolved();
            byKey.put(
                    key,
                    new ServiceProblem(
                            kind,
                            key.subject(),
                            line,
                            isNew ? now : known.firstAt(),
                            now,
                            isNew ? 1 : known.count() + 1,
                            false));
            Instant logged = loggedAt.get(key);
            // Also if it has come back since: what comes and goes is logged no more often than what stays.
            if (logged != null && logged.plus(LOG_AGAIN_AFTER).isAfter(now)) {
                return;
            }
            loggedAt.put(key, now);
        }
        LOG.warn("{}: {}: {}", kind.meaning(), Texts.oneLine(subject), line);
    }

    /** It is no longer so; harmless if it never was. */
    public void solved(ServiceProblem.Kind kind, String subject) {
        boolean isLogged;
        synchronized (this) {
            Key key = new Key(kind, bounded(subject, MAX_SUBJECT_CHARACTERS));
            ServiceProblem known = byKey.get(key);
            if (known == null || known.isSolved()) {
                return;
            }
            isLogged = !loggedAt.get(key).isBefore(known.firstAt());
            byKey.put(
                    key,
                    new ServiceProblem(
                            kind,
                            known.subject(),
                            known.text(),
                            known.firstAt(),
                            clock.instant(),
                            known.count(),
                            true));
        }
        if (isLogged) {
            LOG.info("no longer so: {}: {}", kind.meaning(), Texts.oneLine(subject));
        }
    }

    /** All that are known, those solved within the last day too, in the order in which they were first seen. */
    public synchronized List<ServiceProblem> all() {
        Instant now = clock.instant();
        byKey.values()
                .removeIf(problem -> problem.lastAt()
                        .plus(problem.isSolved() ? FORGOTTEN_AFTER : OVER_AFTER)
                        .isBefore(now));
        loggedAt.keySet().retainAll(byKey.keySet());
        return List.copyOf(byKey.values());
    }

    private Key keyOf(ServiceProblem.Kind kind, String subject) {
        Key key = new Key(kind, bounded(subject, MAX_SUBJECT_CHARACTERS));
        if (byKey.containsKey(key)) {
            return key;
        }
        boolean isFull =
                byKey.keySet().stream().filter(known -> known.kind() == kind).count() >= MAX_SUBJECTS;
        return isFull ? new Key(kind, OTHERS) : key;
    }

    /** On one line, and cut: what a machine or a mail server says may be part of it. */
    private static String bounded(String text, int maxCharacters) {
        String line = Texts.oneLine(text);
        return line.codePointCount(0, line.length()) <= maxCharacters
                ? line
                : line.substring(0, line.offsetByCodePoints(0, maxCharacters - 1)) + "…";
    }
}
