package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.protocol.Texts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names of users. Finding one out may ask a directory on the network and hang for minutes, so a thread of its own does that,
 * and whoever asks waits a moment at most, and has the user's number until then. Thread-safe.
 */
final class UserNames {
    /** A number that has no name now may have one later, when the directory answers again. */
    static final Duration TRIED_AGAIN_AFTER = Duration.ofMinutes(5);

    /** Most are found at once, and one process by two names in turn would look like two. */
    private static final Duration MOMENT = Duration.ofMillis(50);

    private static final int MAX_USERS = 1000;
    private static final int MAX_WAITING = 100;
    private static final long IDLE_SECONDS = 60;
    private static final Future<?> OVER = CompletableFuture.completedFuture(null);
    private static final Logger LOG = LoggerFactory.getLogger(UserNames.class);

    private final Directory directory;
    private final Duration patience;
    private final LongSupplier nanoTime;
    private final Map<Integer, User> users = new LinkedHashMap<>();
    private final ThreadPoolExecutor thread;
    /** What was waited for in vain: until it is over, nobody waits for what stands behind it. */
    private volatile Future<?> hanging = OVER;

    /** Finds out the name of a file's owner; may hang. */
    @FunctionalInterface
    interface Directory {
        /**
         * The name.
         *
         * @param uid of the owner when he was asked for
         * @throws IOException if there is no such file any more, or it is another's by now
         */
        String nameOf(Path file, int uid) throws IOException;
    }

    /**
     * @param name empty while it is not known; it is looked for at that time again
     * @param look the last one
     */
    private record User(String name, long nextNanos, Future<?> look) {}

    /**
     * @param patience how long to wait for a name
     * @param nanoTime {@link System#nanoTime()}
     */
    UserNames(Directory directory, Duration patience, LongSupplier nanoTime) {
        this.directory = directory;
        this.patience = patience;
        this.nanoTime = nanoTime;
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                UserNames::daemon,
                new ThreadPoolExecutor.AbortPolicy());
        thread.allowCoreThreadTimeOut(true);
    }

    /** As this machine knows them. */
    static UserNames ofMachine() {
        return new UserNames(UserNames::ask, MOMENT, System::nanoTime);
    }

    /** The name of the file's owner, or his number while that is not known; empty if there is no such file. */
    String ownerOf(Path file) {
        try {
            int uid = (Integer) Files.getAttribute(file, "unix:uid");
            waitFor(lookOf(file, uid));
            String name = known(uid);
            return name.isEmpty() ? Integer.toString(uid) : name;
        } catch (IOException | UnsupportedOperationException | SecurityException e) {
            LOG.trace("{} is gone", file, e);
            return "";
        }
    }

    private synchronized String known(int uid) {
        return users.containsKey(uid) ? users.get(uid).name() : "";
    }

    /** How the user's name is, or was, looked for. */
    private synchronized Future<?> lookOf(Path file, int uid) {
        User user = users.get(uid);
        if (user != null && (!user.name().isEmpty() || nanoTime.getAsLong() - user.nextNanos() < 0)) {
            return user.look();
        }
        Future<?> look = begin(file, uid);
        remember(uid, "", look);
        return look;
    }

    private Future<?> begin(Path file, int uid) {
        try {
            return thread.submit(() -> look(file, uid));
        } catch (RejectedExecutionException e) {
            LOG.debug("too many users are looked for; {} goes by his number for now", uid, e);
            return OVER;
        }
    }

    private void waitFor(Future<?> look) {
        if (!hanging.isDone()) {
            return;
        }
        try {
            look.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            LOG.trace("a user goes by his number for now", e);
            hanging = look;
        } catch (ExecutionException e) {
            LOG.debug("a user's name cannot be looked for", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(Path file, int uid) {
        try {
            String name = directory.nameOf(file, uid);
            // A user without a name goes by his number, and so does one whom nobody could look up.
            if (!name.equals(Integer.toString(uid))) {
                remember(uid, Texts.fit(name), OVER);
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("the name of user {} cannot be found out", uid, e);
        }
    }

    private synchronized void remember(int uid, String name, Future<?> look) {
        users.remove(uid);
        if (users.size() >= MAX_USERS) {
            users.remove(users.keySet().iterator().next());
        }
        users.put(uid, new User(name, nanoTime.getAsLong() + TRIED_AGAIN_AFTER.toNanos(), look));
    }

    /** Owner and number are of the same look at the file: a process may have ended, and another one have its number. */
    private static String ask(Path file, int uid) throws IOException {
        Map<String, Object> found = Files.readAttributes(file, "unix:uid,owner");
        if (!found.get("uid").equals(uid)) {
            throw new IOException(file + " is another user's by now");
        }
        return ((Principal) found.get("owner")).getName();
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "gpu-users");
        thread.setDaemon(true);
        return thread;
    }
}
