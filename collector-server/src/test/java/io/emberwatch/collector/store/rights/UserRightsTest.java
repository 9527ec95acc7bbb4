package io.emberwatch.collector.store.rights;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The servers themselves are asked. */
@EveryServer
class UserRightsTest {
    @AutoClose
    private final TestDatabase database;

    private final String account;

    UserRightsTest(TestServer server) {
        database = server.create();
        account = database.account(DatabaseRole.COLLECTOR);
    }

    @Test
    void the_collectors_user_has_exactly_what_it_needs() throws SQLException {
        UserRights rights = rights();

        assertThat(rights.missing()).isEmpty();
        assertThat(rights.excess()).isEmpty();
        assertThat(rights.account()).isEqualTo(account.replace("'", ""));
    }

    @Test
    void one_right_too_many_and_one_too_few_are_found() throws SQLException {
        database.execute("GRANT DROP ON reading TO " + account);
        database.execute("REVOKE UPDATE ON alarm FROM " + account);

        UserRights rights = rights();

        assertThat(rights.excess()).containsExactly("DROP on " + database.schema() + ".reading");
        assertThat(rights.missing()).containsExactly("UPDATE on alarm");
    }

    @Test
    void the_user_of_before_may_do_too_much() throws SQLException {
        database.execute("GRANT ALL PRIVILEGES ON " + database.schema() + ".* TO " + account);

        assertThat(rights().excess()).containsExactly("ALL PRIVILEGES on " + database.schema() + ".*");
        assertThat(rights().missing()).isEmpty();
    }

    @Test
    void what_a_role_gives_is_found_whether_it_is_active_or_not() throws SQLException {
        String role = "ops_" + database.schema();
        database.execute("CREATE ROLE " + role);
        try {
            database.execute("GRANT DROP ON " + database.schema() + ".machine TO " + role);
            database.execute("GRANT " + role + " TO " + account);

            assertThat(rights().excess()).containsExactly("DROP on " + database.schema() + ".machine");
            assertThat(rights().missing()).isEmpty();
        } finally {
            database.execute("DROP ROLE " + role);
        }
    }

    private UserRights rights() throws SQLException {
        return UserRights.of(database.settings(), DatabaseRole.COLLECTOR);
    }
}
