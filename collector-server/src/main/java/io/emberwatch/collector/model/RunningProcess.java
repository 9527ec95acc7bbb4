package io.emberwatch.collector.model;

import java.util.OptionalLong;

/**
 * A process on a card, as the card's machine told it.
 *
 * @param gpuUuid UUID of the card
 * @param pid number of the process on its machine, 0 or more
 * @param name of its program, as somebody chose it; empty if unknown
 * @param user whose it is; empty if unknown
 * @param memUsedBytes of the card's memory; empty if unknown
 */
public record RunningProcess(String gpuUuid, long pid, String name, String user, OptionalLong memUsedBytes) {}
