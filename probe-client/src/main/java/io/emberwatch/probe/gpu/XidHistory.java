package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.Xid;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** XID errors of all GPUs. Not thread-safe. */
final class XidHistory {
    /** So many GPUs at most, the ones that are gone included. */
    private static final int MAX_GPUS = 4 * WireLimits.MAX_GPUS;

    private final Map<String, OfGpu> gpus = new HashMap<>();
    private final long begunNanos;

    /** @param begunNanos from when on errors are heard */
    XidHistory(long begunNanos) {
        this.begunNanos = begunNanos;
    }

    /** Notes errors by UUID, each GPU's in the order in which they happened. */
    void add(Map<String, List<Integer>> codes, long nowNanos) {
        codes.forEach((uuid, ofGpu) -> {
            if (gpus.size() < MAX_GPUS || gpus.containsKey(uuid)) {
                gpus.computeIfAbsent(uuid, OfGpu::new).add(ofGpu, nowNanos);
            }
        });
    }

    boolean isWaiting(String uuid) {
        return gpus.containsKey(uuid) && gpus.get(uuid).isWaiting();
    }

    /** Takes those of a GPU for the next reading. */
    List<Integer> take(String uuid) {
        return gpus.containsKey(uuid) ? gpus.get(uuid).take() : List.of();
    }

    /**
     * Whether errors have been heard for as long as a fatal one counts. Until then, none heard does not mean that none
     * was reported: a probe that was just started must not make the collector notify an owner that the error is over.
     */
    boolean hasListenedLongEnough(long nowNanos) {
        return nowNanos - begunNanos >= OfGpu.FATAL_FOR.toNanos();
    }

    /** Lets a fatal error of a GPU count no more, if it has not been reported as one. */
    void settle(String uuid) {
        Optional.ofNullable(gpus.get(uuid)).ifPresent(OfGpu::settle);
    }

    /** The last fatal error of a GPU in the last hour, which is reported with that; 0 if none was heard. */
    int fatal(String uuid, long nowNanos) {
        return gpus.containsKey(uuid) ? gpus.get(uuid).fatal(nowNanos) : 0;
    }

    /** XID errors of one GPU that no reading has reported yet, and the last fatal one. Not thread-safe. */
    static final class OfGpu {
        /** For so long a fatal error is reported in each reading. */
        static final Duration FATAL_FOR = Duration.ofHours(1);
        /** More than these do not wait: the first ones say what began it. */
        static final int MAX_WAITING = 256;

        private static final Duration LOGGED_AGAIN_AFTER = Duration.ofMinutes(1);
        /** More different ones in such a time say nothing more. */
        private static final int MOST_LOGGED = 16;

        private static final Logger LOG = LoggerFactory.getLogger(XidHistory.class);

        private final String uuid;
        private final ArrayDeque<Integer> waiting = new ArrayDeque<>();
        private Fatal lastFatal = Fatal.NONE;
        private Fatal lastReported = Fatal.NONE;
        /** When each was last logged, as far as that was within the last minute. */
        private final Map<Integer, Long> loggedNanos = new HashMap<>();

        private boolean dropping;

        private record Fatal(int code, long atNanos) {
            static final Fatal NONE = new Fatal(0, 0);
        }

        OfGpu(String uuid) {
            this.uuid = uuid;
        }

        /** Notes errors in the order in which they happened. */
        void add(List<Integer> codes, long nowNanos) {
            for (int code : codes) {
                if (code < 0 || code > WireLimits.MAX_XID) {
                    LOG.warn("GPU {}: an XID error with the impossible number {}", uuid, code);
                } else {
                    add(code, nowNanos);
                }
            }
        }

        private void add(int code, long nowNanos) {
            if (Xid.of(code).isFatal()) {
                lastFatal = new Fatal(code, nowNanos);
            }
            if (waiting.size() < MAX_WAITING) {
                waiting.add(code);
                dropping = false;
                log(code, nowNanos);
            } else if (!dropping) {
                dropping = true;
                LOG.warn("GPU {}: more XID errors than readings can hold; further ones are dropped", uuid);
            }
        }

        /** A storm is one error over and over, or a few in turn. */
        private void log(int code, long nowNanos) {
            loggedNanos.values().removeIf(at -> nowNanos - at >= LOGGED_AGAIN_AFTER.toNanos());
            if (loggedNanos.size() < MOST_LOGGED && loggedNanos.putIfAbsent(code, nowNanos) == null) {
                LOG.warn("GPU {}: XID {}: {}", uuid, code, Xid.of(code).meaning());
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

        /** Those not yet reported by {@link #fatal} count no more; later ones do. */
        void settle() {
            lastFatal = lastReported;
        }

        /** The last fatal error of the last hour; 0 if there was none. */
        int fatal(long nowNanos) {
            if (nowNanos - lastFatal.atNanos() >= FATAL_FOR.toNanos()) {
                lastFatal = Fatal.NONE;
            }
            lastReported = lastFatal;
            return lastFatal.code();
        }
    }
}
