/**
 * From what sessions receive to what the database holds: a queue bounded in bytes and the writers that turn batches
 * into transactions.
 */
package io.emberwatch.collector.ingest;
