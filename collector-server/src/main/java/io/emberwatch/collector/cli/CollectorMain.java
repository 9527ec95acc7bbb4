package io.emberwatch.collector.cli;

import io.emberwatch.protocol.LineStream;

/** Where the process begins. */
public final class CollectorMain {
    private CollectorMain() {}

    public static void main(String[] arguments) {
        // Commands are to print their own lines only; serve sets log.level before anything logs.
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        System.setErr(new LineStream(System.err));
        System.exit(Commands.run(arguments));
    }
}
