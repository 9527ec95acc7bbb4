package io.emberwatch.collector.mail;

/** A mail as its reader sees it: the same content twice. */
record RenderedMail(String subject, String text, String html) {}
