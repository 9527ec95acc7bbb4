/** The command line: options and configuration, and one class per command. */
package io.emberwatch.collector.cli;
