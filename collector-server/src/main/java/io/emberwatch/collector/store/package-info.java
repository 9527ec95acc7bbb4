/**
 * Everything that knows SQL: the connection pool, transactions, and one store class per table. Depends on {@code model}
 * alone.
 */
package io.emberwatch.collector.store;
