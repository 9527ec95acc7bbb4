/**
 * Opens connections to the collector, in TLS or without, and makes sure that it is the collector. Nothing here knows
 * what is said over them.
 */
package io.emberwatch.probe.link.connect;
