/**
 * How the collector shows probes who it is: certificate and key from files, the collector's own where none are given,
 * and what Netty makes of them. Followed while the collector runs: new connections get what the files hold now.
 */
package io.emberwatch.collector.net.tls;
