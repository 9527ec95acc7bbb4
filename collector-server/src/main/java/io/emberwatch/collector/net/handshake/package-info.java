/**
 * From the first byte to WELCOME: the proof of a machine's key or a token is checked against the database, and of two
 * connections of one machine the one that is alive stays. Admission returns a decision and does not know the pipeline.
 */
package io.emberwatch.collector.net.handshake;
