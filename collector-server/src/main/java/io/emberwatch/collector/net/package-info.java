/**
 * The sockets: {@link io.emberwatch.collector.net.CollectorServer} listens, and {@link
 * io.emberwatch.collector.net.Pipeline} shows what every connection is made of, handler by handler. It knows the
 * packages below; none of them knows it.
 */
package io.emberwatch.collector.net;
