package io.emberwatch.collector.testing;

/** Rows of the registry for tests that are about something else. */
public final class Registered {
    private Registered() {}

    /** A machine of an owner of its own, both with Chinese in their texts; returns the machine's identity. */
    public static int machine(TestDatabase database, String name) {
        String owner = name + " 的王芳";
        database.execute("INSERT INTO owner (name, mail) VALUES ('" + owner + "', 'wang@example.org')");
        database.execute("INSERT INTO machine (name, owner_id, model, location, ip) SELECT '" + name
                + "', id, 'Supermicro SYS-420GP', '机房三 第5排 U12', '10.0.3.17' FROM owner"
                + " WHERE name = '" + owner + "'");
        return Integer.parseInt(database.query("SELECT id FROM machine WHERE name = '" + name + "'")
                .get(0));
    }
}
