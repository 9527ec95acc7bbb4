/**
 * The MariaDB that the collector runs by itself, if it is given no database: unpacked into the data directory, started
 * and stopped as a process on loopback, with users and passwords of its own.
 */
package io.emberwatch.collector.store.embedded;
