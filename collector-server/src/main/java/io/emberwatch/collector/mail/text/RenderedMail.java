package io.emberwatch.collector.mail.text;

/** A mail as its reader sees it: the same content twice. */
public record RenderedMail(String subject, String text, String html) {}
