/**
 * Everything that knows SQL: the database and its migrations, one store class per table, and the records they hold.
 * Knows no other package of the collector.
 */
package io.emberwatch.collector.store;
