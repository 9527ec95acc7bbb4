/** How commands print: one list of columns makes both the table for people and the JSON for scripts. */
package io.emberwatch.collector.cli.print;
