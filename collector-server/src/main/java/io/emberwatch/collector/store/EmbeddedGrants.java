package io.emberwatch.collector.store;

/** The users of the embedded database, as SQL that the server runs at each start. Stateless. */
final class EmbeddedGrants {
    private static final String HOST = "'127.0.0.1'";

    private EmbeddedGrants() {}

    /** May be run again and again: puts right whatever differs. One statement a line, as {@code --init-file} reads. */
    static String sql(EmbeddedAccess access) {
        return "CREATE DATABASE IF NOT EXISTS " + EmbeddedAccess.SCHEMA
                + " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\n"
                + user(EmbeddedAccess.USER, access.password(), "ALL PRIVILEGES")
                + user(EmbeddedAccess.READER, access.readerPassword(), "SELECT, SHOW VIEW");
    }

    private static String user(String name, String password, String privileges) {
        String account = "'" + name + "'@" + HOST;
        return "CREATE USER IF NOT EXISTS " + account + " IDENTIFIED BY '" + password + "';\n"
                + "ALTER USER " + account + " IDENTIFIED BY '" + password + "';\n"
                + "GRANT " + privileges + " ON " + EmbeddedAccess.SCHEMA + ".* TO " + account + ";\n";
    }
}
