/** Sockets: the server, the channel pipeline and one session per connected probe. */
package io.emberwatch.collector.net;
