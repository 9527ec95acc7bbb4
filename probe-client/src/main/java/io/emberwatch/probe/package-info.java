/** The daemon on each machine: samples it, holds readings until they are acknowledged, and streams them. */
package io.emberwatch.probe;
