/**
 * Machines that are registered, and broken or in hostile hands: what they do to the others. Each way to misbehave is
 * one constant of {@link io.emberwatch.collector.hostile.Misbehaviour} and can be played alone.
 */
package io.emberwatch.collector.hostile;
