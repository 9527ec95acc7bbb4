/** The command line and the configuration; {@link io.emberwatch.probe.cli.ProbeDaemon} puts the daemon together. */
package io.emberwatch.probe.cli;
