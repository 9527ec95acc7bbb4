/**
 * The collector's configuration: each key declared once as an option, with its default, range and meaning, and found on
 * the command line, in the environment or in the file, in this order.
 */
package io.emberwatch.collector.config;
