/**
 * What the collector knows of machines, owners, GPUs, limits, alarms and mails, as plain values: no SQL, no sockets, no
 * clock. Every other package may depend on this one; it depends on the protocol alone.
 */
package io.emberwatch.collector.model;
