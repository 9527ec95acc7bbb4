package io.emberwatch.protocol;

import java.util.ArrayList;
import java.util.List;

/** How HELLO and ENROLL begin: the magic, and the protocol versions that the probe speaks. */
final class Versions {
    private Versions() {}

    static List<Integer> require(List<Integer> versions) {
        if (versions.isEmpty() || versions.size() > WireLimits.MAX_VERSIONS) {
            throw new IllegalArgumentException(
                    "a probe names 1 to " + WireLimits.MAX_VERSIONS + " versions, but this names " + versions.size());
        }
        for (int version : versions) {
            if (version < 1) {
                throw new IllegalArgumentException("a version is 1 or more, but this is " + version);
            }
        }
        return List.copyOf(versions);
    }

    static void write(List<Integer> versions, WireWriter out) {
        out.u32(Message.MAGIC);
        out.varint(versions.size());
        versions.forEach(out::varint);
    }

    static List<Integer> read(MessageType type, WireReader in) throws ProtocolException {
        if (in.remaining() < Integer.BYTES || in.u32() != Message.MAGIC) {
            throw new ProtocolException(RefusalCode.BAD_MAGIC, type + " does not begin with the magic EMBR");
        }
        int versionCount = in.count("version count", 1, WireLimits.MAX_VERSIONS);
        List<Integer> versions = new ArrayList<>(versionCount);
        for (int i = 0; i < versionCount; i++) {
            versions.add(in.count("version", 1, Integer.MAX_VALUE));
        }
        if (!versions.contains(Message.VERSION)) {
            throw new ProtocolException(
                    RefusalCode.UNSUPPORTED_VERSION,
                    "this side speaks version " + Message.VERSION + ", the peer speaks " + versions);
        }
        return versions;
    }
}
