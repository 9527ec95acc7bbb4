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

    private static final Duration LOG_AGAIN_AFTER = Duration.ofMinutes(10);
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
        String line = Texts.oneLine(text);
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
            if (!isNew && logged != null && logged.plus(LOG_AGAIN_AFTER).isAfter(now)) {
                return;
            }
            loggedAt.put(key, now);
        }
        LOG.warn("{}: {}: {}", kind.meaning(), Texts.oneLine(subject), line);
    }

    /** It is no longer so; harmless if it never was. */
    public void solved(ServiceProblem.Kind kind, String subject) {
        synchronized (this) {
            Key key = new Key(kind, subject);
            ServiceProblem known = byKey.get(key);
            if (known == null || known.isSolved()) {
                return;
            }
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
        LOG.info("no longer so: {}: {}", kind.meaning(), Texts.oneLine(subject));
    }

    /** All that are known, solved ones too, in the order in which they were first seen. */
    public synchronized List<ServiceProblem> all() {
        return List.copyOf(byKey.values());
    }

    private Key keyOf(ServiceProblem.Kind kind, String subject) {
        Key key = new Key(kind, subject);
        boolean isFull =
                byKey.keySet().stream().filter(known -> known.kind() == kind).count() >= MAX_SUBJECTS;
        return isFull && !byKey.containsKey(key) ? new Key(kind, OTHERS) : key;
    }
}
