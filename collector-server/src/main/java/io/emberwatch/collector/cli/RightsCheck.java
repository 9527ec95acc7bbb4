package io.emberwatch.collector.cli;

import io.emberwatch.collector.store.rights.DatabaseRole;
import io.emberwatch.collector.store.rights.UserRights;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at what the collector's user may do, before the collector starts: a right that is missing would show an hour
 * later, and one too many never.
 */
final class RightsCheck {
    private static final Logger LOG = LoggerFactory.getLogger(RightsCheck.class);

    private RightsCheck() {}

    /**
     * What to warn of; empty also if the server does not tell what its user may do. The embedded database is not asked:
     * it sets its users' rights itself.
     *
     * @throws CommandFailed if the user may not do all that the collector needs
     */
    static Optional<String> warning(OpenDatabase open) {
        if (open.embedded().isPresent()) {
            return Optional.empty();
        }
        try {
            UserRights rights = UserRights.of(open.settings(), DatabaseRole.COLLECTOR);
            if (!rights.missing().isEmpty()) {
                throw new CommandFailed(DatabaseAdvice.missing(rights.account(), rights.missing()));
            }
            return rights.excess().isEmpty()
                    ? Optional.empty()
                    : Optional.of(DatabaseAdvice.excess(rights.account(), rights.excess()));
        } catch (SQLException e) {
            LOG.debug("the database does not tell what its user may do", e);
            return Optional.empty();
        }
    }
}
