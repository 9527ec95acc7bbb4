/** Takes owed mails from the outbox, writes them for people and hands them to a mail server until it has taken them. */
package io.emberwatch.collector.mail;
