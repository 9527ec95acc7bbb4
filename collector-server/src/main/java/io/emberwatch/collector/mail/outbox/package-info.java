/**
 * Takes pending mails from the outbox and hands each to a mail server until it has taken it, or said that its recipient does not exist.
 * The words of a mail come from {@link io.emberwatch.collector.mail.text}.
 */
package io.emberwatch.collector.mail.outbox;
