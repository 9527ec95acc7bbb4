/** The threats of {@code SECURITY.md}, each tried against a live collector. */
package io.emberwatch.collector.security;
