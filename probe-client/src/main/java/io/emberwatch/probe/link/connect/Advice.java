package io.emberwatch.probe.link.connect;

import io.emberwatch.protocol.RefusalCode;

/** What a person can do about a refusal, for the log. */
public final class Advice {
    private Advice() {}

    public static String onUnknownKey(String machineName) {
        return "it does not know this machine's key, so it is not the collector of " + machineName
                + ", or has forgotten it; no reading was sent; check collector.address, and on the collector:"
                + " emberwatch-collector machine show " + machineName;
    }

    public static String onEnroll(RefusalCode code) {
        return switch (code) {
            case TOKEN_REFUSED -> "ask for a new token, on the collector's host";
            case NAME_TAKEN -> "give this machine another name with --name, or remove the one that has it";
            case UNSUPPORTED_VERSION, UNKNOWN -> "upgrade the older of the two";
            default -> "this is a defect: please report it with this line";
        };
    }

    public static String on(RefusalCode code, String machineName) {
        return switch (code) {
            case NOT_AUTHENTICATED ->
                "check machine.name and the key, and on the collector: emberwatch-collector machine show "
                        + machineName;
            case UNSUPPORTED_VERSION -> "probe and collector have no protocol version in common: upgrade the older one";
            case BAD_MAGIC ->
                "check collector.address: something else may be listening there, or a proxy stands between";
            case BUSY -> "nothing to do here: the collector takes no readings at the moment; they are kept";
            case SUPERSEDED -> "another probe reports as this machine: give each machine a name and key of its own";
            case DUPLICATE ->
                "another probe with this machine's key is connected. If this host is a copy of another one, enroll it under a"
                        + " name of its own; see who it is with: emberwatch-collector machine show " + machineName;
            case TOKEN_REFUSED, NAME_TAKEN -> onEnroll(code);
            case TIMEOUT -> "the collector heard nothing in time: check the network between";
            case MALFORMED, FRAME_TOO_LARGE, UNEXPECTED_MESSAGE -> "this is a defect: please report it with this line";
            case UNKNOWN -> "the collector is newer than this probe: see its log, or upgrade the probe";
        };
    }
}
