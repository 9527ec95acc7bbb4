package io.emberwatch.probe.enroll;

import java.io.IOException;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;

/**
 * Who is to own the configuration file.
 *
 * @param asked the user named on the command line
 * @param usual the user that the service runs as where it is installed as described
 */
public record FileOwner(Optional<String> asked, String usual) {
    /** Finds a user of this machine. */
    @FunctionalInterface
    public interface Users {
        /**
         * The user of this name.
         *
         * @throws UserPrincipalNotFoundException if there is none
         */
        UserPrincipal find(String name) throws IOException;
    }

    /** Empty if the file stays with who writes it: only root can give a file away. */
    Optional<UserPrincipal> choose(boolean isRoot, Users users) throws IOException {
        if (asked.isEmpty() && !isRoot) {
            return Optional.empty();
        }
        try {
            return Optional.of(users.find(asked.orElse(usual)));
        } catch (UserPrincipalNotFoundException e) {
            if (asked.isPresent()) {
                throw new IOException("no such user: " + asked.get(), e);
            }
            return Optional.empty();
        }
    }
}
