/**
 * What is said to the collector: one session after the other, each from HELLO to
 * its end.
 *
 * <p>Threads: <em>link</em> ({@link io.emberwatch.probe.link.Link#run}) connects, sends, decides and waits; it owns
 * everything here but what is said next. <em>link-reader</em>, one per session, reads the socket, hands messages to the
 * session's {@link io.emberwatch.probe.link.Inbox}, and closes the socket when nothing is heard any more, which also
 * frees a blocked write. A timer thread of the JDK closes a connection whose handshake takes too long ({@link
 * io.emberwatch.probe.link.connect.Deadline}). Other threads only call {@link io.emberwatch.probe.link.Link#nudge},
 * {@link io.emberwatch.probe.link.Link#stop} and {@link io.emberwatch.probe.link.Link#status}.
 */
package io.emberwatch.probe.link;
