package io.emberwatch.collector.model;

import java.time.Instant;
import java.util.OptionalDouble;

/** A time and the value measured at it, in the metric's unit; empty if it is unknown. */
public record Moment(Instant at, OptionalDouble value) {}
