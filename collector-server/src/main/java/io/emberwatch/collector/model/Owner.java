package io.emberwatch.collector.model;

import java.util.Optional;

/** A registered owner. */
public record Owner(int id, Details details) {
    public String name() {
        return details.name();
    }

    /**
     * What an admin says about an owner.
     *
     * @param name of a person or team, in any script, 1 to 100 characters
     * @param mail address that alarm mails go to
     * @param phone for people; Emberwatch does not call
     */
    public record Details(String name, String mail, Optional<String> phone, Optional<String> notes) {}
}
