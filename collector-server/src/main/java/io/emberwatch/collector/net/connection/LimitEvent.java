package io.emberwatch.collector.net.connection;

/** What the collector does against too much, and against what is not meant for it. */
public enum LimitEvent {
    /** A connection was closed at once, because its address is shut out. */
    SHUT_OUT("connections from addresses shut out"),
    /** An address was shut out for a while, because too much failed there. */
    ADDRESS_SHUT_OUT("addresses shut out"),
    /** A connection was refused, because its address makes too many new ones. */
    OVER_RATE("connections over an address's rate"),
    /** A connection was refused, because its address has too many. */
    ADDRESS_FULL("connections over an address's number"),
    /** A connection was refused, because there are too many. */
    FULL("connections over the total number"),
    /** The oldest unauthenticated connection was closed, because a new one came. */
    DISPLACED("unauthenticated connections closed for newer ones"),
    /** A connection failed before it was known who speaks. */
    FAILED("failures before authentication"),
    /** A connection was closed, because what its peer said was not the TLS that the collector speaks. */
    TLS_FAILED("connections on which TLS failed"),
    /** A peer began TLS and went away before it said who it is. */
    ABANDONED("TLS handshakes that nobody went on with"),
    /** A TLS handshake had to wait: for its turn among those of strangers, or because its address has failed. */
    HANDSHAKE_DELAYED("TLS handshakes delayed"),
    /** A stranger's connection was closed, because its TLS handshake would have had to wait too long. */
    HANDSHAKE_OVER_RATE("connections of strangers over the rate of TLS handshakes"),
    /** The answer to a failure was held back. */
    DELAYED("refusals delayed"),
    /** A machine was not read for a while, because it sends too much. */
    SLOWED("pauses of machines that send too much"),
    /** A line about a machine's connection was left out, because it had many in that minute. */
    UNLOGGED("log lines about machines' connections left out"),
    /** A connection was closed, because its peer does not take in what it is sent. */
    UNDELIVERED("connections closed that took in no output"),
    /** A balancer's connection was closed, because it did not begin with a PROXY header of version 2. */
    NO_PROXY_HEADER("connections of balancers without a PROXY v2 header");

    private final String plural;

    LimitEvent(String plural) {
        this.plural = plural;
    }

    /** For people, behind a number. */
    public String plural() {
        return plural;
    }
}
