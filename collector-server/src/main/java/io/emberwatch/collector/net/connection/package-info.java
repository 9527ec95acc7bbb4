/**
 * What every connection has, whoever is at its other end: the codec between bytes and messages, who the peer is, the
 * one way to refuse it, and the counters. Knows no limits and no sessions.
 */
package io.emberwatch.collector.net.connection;
