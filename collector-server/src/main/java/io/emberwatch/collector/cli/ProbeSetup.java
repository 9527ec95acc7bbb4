package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Json;
import io.emberwatch.collector.config.AddressOptions;
import io.emberwatch.collector.config.HostPort;
import io.emberwatch.protocol.auth.MachineKey;
import java.util.Map;

/** What to write into a probe's configuration, shown once when its machine gets a key. */
record ProbeSetup(String machine, MachineKey key, AddressOptions address) {
    private static final String FILE = "/etc/emberwatch/probe.conf";

    String lines() {
        return "collector.address = " + address.publicAddress() + "\n"
                + "machine.name = " + machine + "\n"
                + "machine.key = " + key.text() + "\n";
    }

    String forPeople() {
        return "Write these lines into " + FILE + " on " + machine + ":\n\n" + lines()
                + "\nThe key is not shown again; machine rekey " + machine + " makes a new one.\n";
    }

    Map<String, Object> forScripts() {
        return Json.object(
                "machine",
                machine,
                "key",
                key.text(),
                "collector_address",
                address.publicAddress(),
                "probe_conf",
                lines());
    }

    /** Says so where the address printed is a guess, or cannot work as things stand. */
    void warn(Shell shell) {
        HostPort listen = address.listen();
        if (listen.isLoopback() && !address.publicAddress().isLoopback()) {
            shell.err()
                    .println("note: the collector listens on " + listen
                            + " only, so probes on other machines cannot reach it; see listen in its configuration");
        } else if (!address.isPublicAddressGiven()) {
            shell.err()
                    .println("note: " + address.publicAddress()
                            + " is a guess; set collector.public-address, or give --address");
        }
        shell.err().flush();
    }
}
