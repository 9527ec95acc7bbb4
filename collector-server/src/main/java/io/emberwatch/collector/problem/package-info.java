/**
 * What goes wrong with the service as a whole, or with one machine's part in it, and concerns the admin: collected in
 * one place from all the others.
 */
package io.emberwatch.collector.problem;
