/**
 * A machine that was let in: its messages are checked for their order and become items for ingest, it is told what is stored,
 * and asked in turn for the history that lacks.
 */
package io.emberwatch.collector.net.session;
