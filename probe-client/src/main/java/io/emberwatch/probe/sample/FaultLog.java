package io.emberwatch.probe.sample;

import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each fault when it begins and when it is over, not at every tick. Not thread-safe. */
final class FaultLog {
    private static final Logger LOG = LoggerFactory.getLogger(FaultLog.class);

    private final Set<String> open = new HashSet<>();

    void report(String what, String problem) {
        if (open.add(what)) {
            LOG.warn("{}: {}; left out until it works", what, problem);
        }
    }

    void recovered(String what) {
        if (!open.isEmpty() && open.remove(what)) {
            LOG.info("{} works again", what);
        }
    }

    Set<String> open() {
        return Set.copyOf(open);
    }
}
