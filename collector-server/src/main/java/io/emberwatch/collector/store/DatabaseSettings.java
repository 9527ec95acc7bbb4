package io.emberwatch.collector.store;

/**
 * How to reach the database. Prints without the password.
 *
 * @param jdbcUrl {@code jdbc:mysql://host:port/schema}
 * @param maxConnections size of the pool, 1 or more
 */
public record DatabaseSettings(String jdbcUrl, String user, String password, int maxConnections) {
    @Override
    public String toString() {
        return "DatabaseSettings[" + jdbcUrl + ", user=" + user + ", maxConnections=" + maxConnections + "]";
    }
}
