package io.emberwatch.probe.cli;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.Texts;
import io.emberwatch.protocol.conf.ConfException;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** What this machine calls itself: the name it reports under unless the configuration gives another. */
record HostName(String text) {
    static HostName of(KernelTree tree) {
        return new HostName(tree.text(tree.proc("sys/kernel/hostname")).orElseGet(HostName::fromResolver));
    }

    String asMachineName() {
        if (!Texts.isMachineName(text)) {
            throw new ConfException(
                    "the host name '" + text + "' cannot name a machine: set " + ProbeKeys.MACHINE_NAME);
        }
        return text;
    }

    private static String fromResolver() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "";
        }
    }
}
