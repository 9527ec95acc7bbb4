package io.emberwatch.probe.gpu.sysfs;

import io.emberwatch.protocol.MetricValues;

/** What tells one kind of value of a card. It keeps what it found when the card was surveyed; read by one thread at a time. */
interface CardPart {
    /** Whether there is anything to read. Asks files, not the card. */
    boolean isThere();

    /** Adds the values that can be read now. */
    void read(CardFiles files, MetricValues.Builder values);
}
