/**
 * Real database servers for tests: MariaDB and MySQL, unpacked once below {@code target/test-servers}, each started at
 * most once in a JVM, on loopback. Nothing is skipped where one cannot start: the test fails and says what is missing.
 *
 * <p>The pattern of a test that both servers must pass: one class, {@link EveryServer}, which gets the server through
 * its constructor and makes itself a fresh schema for each test:
 *
 * <pre>{@code
 * @EveryServer
 * class PartitionKeeperTest {
 *     @AutoClose
 *     private final TestDatabase database;
 *
 *     PartitionKeeperTest(TestServer server) {
 *         database = server.create();
 *     }
 * }
 * }</pre>
 *
 * A test that stops the server takes one of its own: {@link TestServer#startPrivate()}.
 */
package io.emberwatch.collector.testing;
