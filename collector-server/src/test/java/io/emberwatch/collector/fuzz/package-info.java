/**
 * Seeded hostile input for a live collector, for as long as one likes. {@code src/fuzz/fuzz.sh} runs it by hand, {@link
 * io.emberwatch.collector.fuzz.FuzzIT} for some seconds in every build.
 */
package io.emberwatch.collector.fuzz;
