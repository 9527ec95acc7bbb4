package io.emberwatch.collector.security;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The attacks by the names that they have in {@code SECURITY.md}. */
final class Attacks {
    private static final Map<String, Attack> BY_NAME = all();

    private Attacks() {}

    static Set<String> names() {
        return BY_NAME.keySet();
    }

    static Attack named(String name) {
        Attack attack = BY_NAME.get(name);
        if (attack == null) {
            throw new AssertionError("nobody has tried the attack " + name);
        }
        return attack;
    }

    private static Map<String, Attack> all() {
        Map<String, Attack> all = new HashMap<>();
        all.putAll(NetworkAttacks.ALL);
        all.putAll(IdentityAttacks.ALL);
        all.putAll(FloodAttacks.ALL);
        all.putAll(HostAttacks.ALL);
        return Map.copyOf(all);
    }
}
