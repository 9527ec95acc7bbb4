/** What a mail says: pure functions from the facts of an alarm to a subject, a plain text and an HTML page. */
package io.emberwatch.collector.mail.text;
