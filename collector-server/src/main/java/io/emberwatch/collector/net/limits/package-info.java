/**
 * What the collector lets strangers and machines do: how many connections an address may have, how fast and with how
 * many failures, and how much one machine may send. The pipeline asks; nothing in here reads a message.
 */
package io.emberwatch.collector.net.limits;
