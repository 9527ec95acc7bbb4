package io.emberwatch.probe.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FileOwnerTest {
    private static final UserPrincipal SERVICE = () -> "emberwatch-probe";

    @Test
    void root_gives_the_file_to_the_user_of_the_service() throws Exception {
        assertThat(new FileOwner(Optional.empty(), "emberwatch-probe").choose(true, FileOwnerTest::find))
                .hasValue(SERVICE);
    }

    @Test
    void without_such_a_user_it_stays_with_root() throws Exception {
        assertThat(new FileOwner(Optional.empty(), "nobody-like-that").choose(true, FileOwnerTest::find))
                .isEmpty();
    }

    @Test
    void others_than_root_keep_it() throws Exception {
        assertThat(new FileOwner(Optional.empty(), "emberwatch-probe").choose(false, FileOwnerTest::find))
                .isEmpty();
    }

    @Test
    void a_user_who_was_asked_for_must_exist() {
        assertThatThrownBy(() ->
                        new FileOwner(Optional.of("mallory"), "emberwatch-probe").choose(true, FileOwnerTest::find))
                .hasMessage("no such user: mallory");
    }

    private static UserPrincipal find(String name) throws UserPrincipalNotFoundException {
        if (!name.equals(SERVICE.getName())) {
            throw new UserPrincipalNotFoundException(name);
        }
        return SERVICE;
    }
}
