/** How commands print: tables for people, JSON for scripts. */
package io.emberwatch.collector.cli.print;
