package io.emberwatch.collector.store;

/**
 * How to reach the database. Prints without the password.
 *
 * @param jdbcUrl {@code jdbc:mysql://host:port/schema}, with neither user nor password in it
 * @param maxConnections size of the pool, 1 or more
 */
public record DatabaseSettings(String jdbcUrl, String user, String password, int maxConnections) {
    /** Where it is, for messages: the URL without its parameters, of which one may be the password of a key store. */
    public String place() {
        return jdbcUrl.replaceFirst("(?s)\\?.*", "");
    }

    @Override
    public String toString() {
        return "DatabaseSettings[" + place() + ", user=" + user + ", maxConnections=" + maxConnections + "]";
    }
}
