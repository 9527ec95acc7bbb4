package io.emberwatch.probe.model;

/** A connection between a probe and a collector. */
record Cable(Wire toCollector, Wire toProbe) {
    Cable() {
        this(new Wire(), new Wire());
    }
}
