/**
 * A machine that was let in: its messages are checked for their order and become items for ingest, what is stored is
 * acknowledged, and the history that is missing is fetched in turn.
 */
package io.emberwatch.collector.net.session;
