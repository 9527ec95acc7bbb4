/** The schema itself: its migrations, and the daily partitions of the tables that grow. */
package io.emberwatch.collector.store.schema;
