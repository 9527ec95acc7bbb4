/**
 * Takes readings: one class per kind of value, composed in {@link io.emberwatch.probe.sample.Samplers}, on a schedule
 * that does not drift.
 */
package io.emberwatch.probe.sample;
