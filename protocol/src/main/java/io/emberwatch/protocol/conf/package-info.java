/**
 * The configuration both daemons read: one grammar of files, one precedence of sources, one way to name a mistake. It
 * stands beside the protocol because that is the one module that both share; it uses the JDK alone.
 */
package io.emberwatch.protocol.conf;
