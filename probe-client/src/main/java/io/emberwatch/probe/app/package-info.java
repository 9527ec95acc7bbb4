/** Puts the daemon together and starts and stops its threads. */
package io.emberwatch.probe.app;
