/** Holds readings, numbered, from the moment they are taken until the collector has stored them. */
package io.emberwatch.probe.spool;
