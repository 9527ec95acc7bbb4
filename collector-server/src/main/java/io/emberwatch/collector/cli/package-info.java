/**
 * The command line: one file for each noun, with its commands nested in it ({@code OwnerCommand.Add} is {@code owner
 * add}), listed in {@code CollectorCommand}. What a noun's rows look like stands beside its commands, or in a file of
 * its own ({@code MachineColumns}) where that is long.
 */
package io.emberwatch.collector.cli;
