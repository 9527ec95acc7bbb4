/** The daemon on each box: samples the machine, holds readings until they are acknowledged, and streams them. */
package io.emberwatch.probe;
