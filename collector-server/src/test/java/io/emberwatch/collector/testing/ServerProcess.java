package io.emberwatch.collector.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One running server process; it does not outlive this JVM, however that ends. */
final class ServerProcess {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);
    /** Prints the server's pid; kills the server once nobody holds the other end of its input any more. */
    private static final String LEASH = "log=$1; shift; exec 3<&0; \"$@\" >>\"$log\" 2>&1 </dev/null & server=$!;"
            + " echo $server; (cat <&3 >/dev/null; kill -9 $server) >/dev/null 2>&1 & leash=$!;"
            + " wait $server; kill $leash 2>/dev/null";

    private final Process shell;
    private final ProcessHandle server;
    private final Path log;

    private ServerProcess(Process shell, ProcessHandle server, Path log) {
        this.shell = shell;
        this.server = server;
        this.log = log;
    }

    static ServerProcess start(List<String> command, Path log) throws IOException {
        List<String> leashed = new ArrayList<>(List.of("/bin/sh", "-c", LEASH, "sh", log.toString()));
        leashed.addAll(command);
        Process shell = new ProcessBuilder(leashed)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        BufferedReader output = shell.inputReader(StandardCharsets.US_ASCII);
        long pid = Long.parseLong(output.readLine());
        return new ServerProcess(shell, ProcessHandle.of(pid).orElseThrow(), log);
    }

    boolean isAlive() {
        return shell.isAlive();
    }

    /** Everything the server has said. */
    String words() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Asks the server to stop, and waits until it has. */
    void stop() {
        server.destroy();
        awaitEnd();
    }

    /** Ends the server as a crash does. */
    void kill() {
        server.destroyForcibly();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!shell.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("server does not end: " + words());
            }
            shell.getOutputStream().close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
