/** The daemon on the public host and its admin commands; wires the packages below it together. */
package io.emberwatch.collector;
