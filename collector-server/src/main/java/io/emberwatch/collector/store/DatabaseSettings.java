package io.emberwatch.collector.store;

/**
 * How to reach the database. Prints without the password.
 *
 * @param jdbcUrl {@code jdbc:mysql://host:port/schema}
 * @param maxConnections size of the pool, 1 or more
 */
public record DatabaseSettings(String jdbcUrl, String user, String password, int maxConnections) {
    /** The URL as it may be printed: without the parameters and the user, which may hold a password. */
    public String address() {
        return jdbcUrl.replaceFirst("\\?.*", "")
                .replaceFirst("//[^/]*@", "//")
                .replaceAll("(?i)(password=)[^,)]*", "$1****");
    }

    @Override
    public String toString() {
        return "DatabaseSettings[" + address() + ", user=" + user + ", maxConnections=" + maxConnections + "]";
    }
}
