package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.probe.deadline.DeadlineCall;
import io.emberwatch.protocol.Texts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names of users. Finding one out may ask a directory on the network and hang for minutes, so a thread of its own does
 * that, and whoever asks waits a moment at most, and has the user's number until then. Thread-safe.
 */
final class UserNames {
    /** A number that has no name now may have one later, when the directory answers again. */
    static final Duration TRIED_AGAIN_AFTER = Duration.ofMinutes(5);

    /** Most are found at once, and one process by two names in turn would look like two. */
    private static final Duration MOMENT = Duration.ofMillis(50);

    private static final int MAX_USERS = 1000;
    private static final Logger LOG = LoggerFactory.getLogger(UserNames.class);

    private final Directory directory;
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private final DeadlineCall<String> call;
    /** Held by who looks for a name, and waited for no longer than for that. */
    private final ReentrantLock looking = new ReentrantLock();

    private final Map<Integer, User> users = new LinkedHashMap<>();

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

    /** @param name empty while it is not known; it is looked for at that time again */
    private record User(String name, long nextNanos) {}

    /**
     * @param timeout how long to wait for a name
     * @param nanoTime {@link System#nanoTime()}
     */
    UserNames(Directory directory, Duration timeout, LongSupplier nanoTime) {
        this.directory = directory;
        this.timeout = timeout;
        this.nanoTime = nanoTime;
        this.call = new DeadlineCall<>("gpu-users", nanoTime);
    }

    /** As this machine knows them. */
    static UserNames ofMachine() {
        return new UserNames(UserNames::ask, MOMENT, System::nanoTime);
    }

    /** The name of the file's owner, or his number while that is not known; empty if there is no such file. */
    String ownerOf(Path file) {
        try {
            int uid = (Integer) Files.getAttribute(file, "unix:uid");
            if (isDue(uid)) {
                look(file, uid);
            }
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

    private synchronized boolean isDue(int uid) {
        User user = users.get(uid);
        return user == null || (user.name().isEmpty() && nanoTime.getAsLong() - user.nextNanos() >= 0);
    }

    /**
     * Waits for the name, and before that for who looks for another; while that hangs, nobody waits and nothing is
     * looked for.
     */
    private void look(Path file, int uid) {
        try {
            if (!looking.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
            try {
                // What is under way hangs: somebody has waited for it. What is over has been remembered.
                if (!call.isBusy() && isDue(uid) && call.begin(() -> find(file, uid))) {
                    Optional<String> unused = call.await(timeout);
                }
            } finally {
                looking.unlock();
            }
        } catch (ExecutionException e) {
            LOG.debug("the name of user {} cannot be found out", uid, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String find(Path file, int uid) throws IOException {
        // A user without a name goes by his number, and so does one whom nobody could look up.
        String found = "";
        try {
            String name = directory.nameOf(file, uid);
            found = name.equals(Integer.toString(uid)) ? "" : Texts.fit(name);
            return found;
        } finally {
            remember(uid, found);
        }
    }

    private synchronized void remember(int uid, String name) {
        users.remove(uid);
        if (users.size() >= MAX_USERS) {
            users.remove(users.keySet().iterator().next());
        }
        users.put(uid, new User(name, nanoTime.getAsLong() + TRIED_AGAIN_AFTER.toNanos()));
    }

    /** Owner and number are of the same look at the file: a process may have ended, and another one have its number. */
    private static String ask(Path file, int uid) throws IOException {
        Map<String, Object> found = Files.readAttributes(file, "unix:uid,owner");
        if (!found.get("uid").equals(uid)) {
            throw new IOException(file + " is another user's by now");
        }
        return ((Principal) found.get("owner")).getName();
    }
}
