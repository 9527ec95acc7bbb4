package io.emberwatch.protocol;

/**
 * The collector's answer to an ENROLL that it accepts; then it closes the connection.
 *
 * @param version protocol version, one of those in ENROLL
 * @param machineName name under which the machine is registered now
 */
public record Enrolled(int version, String machineName) implements Message {
    public Enrolled {
        if (version < 1) {
            throw new IllegalArgumentException("a version is 1 or more, but this is " + version);
        }
        if (!Texts.isMachineName(machineName)) {
            throw new IllegalArgumentException("not a machine name: " + machineName);
        }
    }
}
