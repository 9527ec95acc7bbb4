/** What the GPUs of this machine report, behind one seam, so that a hung or missing driver costs their values only. */
package io.emberwatch.probe.gpu;
