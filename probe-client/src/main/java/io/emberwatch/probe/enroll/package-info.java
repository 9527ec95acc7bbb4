/**
 * What enrollment changes on this machine: one configuration file, which holds the machine's key from then on and is
 * never half written or readable by others. The conversation with the collector is the link's.
 */
package io.emberwatch.probe.enroll;
