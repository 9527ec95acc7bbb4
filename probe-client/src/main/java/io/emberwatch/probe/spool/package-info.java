/**
 * What others may know of the spool, which holds readings, numbered, from the moment they are taken until the collector
 * has stored them. How it does that is in {@code spool.disk}, which only the wiring knows.
 */
package io.emberwatch.probe.spool;
