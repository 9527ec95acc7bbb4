/** Reading what the kernel shows as files, from a root that tests can replace. */
package io.emberwatch.probe.kernel;
