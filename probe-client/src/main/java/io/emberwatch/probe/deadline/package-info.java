/**
 * What the probe does about calls that may never come back: drivers, controllers and directories hang. Knows no other
 * part.
 */
package io.emberwatch.probe.deadline;
