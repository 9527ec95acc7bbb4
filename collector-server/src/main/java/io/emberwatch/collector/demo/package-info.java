/**
 * The whole system on one machine, to be tried out: a collector in this process, the real probe beside it, and an alarm
 * made by lowering a limit. Uses the rest of the collector as its commands and people with SQL do.
 */
package io.emberwatch.collector.demo;
