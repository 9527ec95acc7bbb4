/** The spool on disk: an index in memory, and segments that one thread writes, forces and deletes. */
package io.emberwatch.probe.spool.disk;
