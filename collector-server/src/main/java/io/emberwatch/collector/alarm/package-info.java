/**
 * Decides what is an alarm. Pure: state, limits and an observation in, new state and changes out; no I/O and no clock
 * of its own.
 */
package io.emberwatch.collector.alarm;
