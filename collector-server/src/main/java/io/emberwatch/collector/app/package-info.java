/** The collector as a whole: wires sockets, ingest, mail and database together, and runs the chores beside them. */
package io.emberwatch.collector.app;
