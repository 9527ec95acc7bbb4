package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.Xid;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** XID errors of one card that no reading has told yet, and the last fatal one. Not thread-safe. */
final class CardXids {
    /** For so long a fatal error is told in each reading. */
    static final Duration FATAL_FOR = Duration.ofHours(1);
    /** More than these do not wait: the first ones say what began it. */
    static final int MAX_WAITING = 256;

    private static final Duration LOGGED_AGAIN_AFTER = Duration.ofMinutes(1);
    private static final Logger log = LoggerFactory.getLogger(CardXids.class);

    private final String uuid;
    private final ArrayDeque<Integer> waiting = new ArrayDeque<>();
    private int lastFatal;
    private long lastFatalNanos;
    private int lastLogged = -1;
    private long lastLoggedNanos;
    private boolean dropping;

    CardXids(String uuid) {
        this.uuid = uuid;
    }

    /** Notes errors in the order in which they happened. */
    void add(List<Integer> codes, long nowNanos) {
        for (int code : codes) {
            if (code < 0 || code > WireLimits.MAX_XID) {
                log.warn("GPU {}: an XID error with the impossible number {}", uuid, code);
            } else {
                add(code, nowNanos);
            }
        }
    }

    private void add(int code, long nowNanos) {
        if (Xid.of(code).isFatal()) {
            lastFatal = code;
            lastFatalNanos = nowNanos;
        }
        if (waiting.size() < MAX_WAITING) {
            waiting.add(code);
            dropping = false;
            log(code, nowNanos);
        } else if (!dropping) {
            dropping = true;
            log.warn("GPU {}: more XID errors than readings can tell; further ones are dropped", uuid);
        }
    }

    /** A storm is one error over and over. */
    private void log(int code, long nowNanos) {
        if (code != lastLogged || nowNanos - lastLoggedNanos >= LOGGED_AGAIN_AFTER.toNanos()) {
            log.warn("GPU {}: XID {}: {}", uuid, code, Xid.of(code).meaning());
            lastLogged = code;
            lastLoggedNanos = nowNanos;
        }
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** Takes those for the next reading. */
    List<Integer> take() {
        List<Integer> taken = new ArrayList<>();
        while (taken.size() < WireLimits.MAX_XIDS && !waiting.isEmpty()) {
            taken.add(waiting.remove());
        }
        return taken;
    }

    /** Lets the last fatal one count no more; a later one does. */
    void settle() {
        lastFatal = 0;
    }

    /** The last fatal error of the last hour; 0 if there was none. */
    int fatal(long nowNanos) {
        if (lastFatal != 0 && nowNanos - lastFatalNanos >= FATAL_FOR.toNanos()) {
            lastFatal = 0;
        }
        return lastFatal;
    }
}
