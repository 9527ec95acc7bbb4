package io.emberwatch.probe.status;

import java.io.IOException;

/** Says why there is no socket, or no answer. The JDK's errors of sockets differ by their messages alone. */
final class StatusProblem {
    private StatusProblem() {}

    static String describe(Exception e) {
        String text = String.valueOf(e.getMessage());
        if (e instanceof IOException && isPermission(e)) {
            return "permission denied: make its folder writable for the probe's user";
        }
        if (text.contains("No such file or directory")) {
            return "there is no such folder: make it, writable for the probe's user";
        }
        return e.getMessage() == null ? e.toString() : text;
    }

    /** Whether as many wait for an answer there as may; such a connection never comes about by itself. */
    static boolean isCrowd(IOException e) {
        return String.valueOf(e.getMessage()).contains("Resource temporarily unavailable");
    }

    static boolean isPermission(Exception e) {
        return e instanceof java.nio.file.AccessDeniedException
                || String.valueOf(e.getMessage()).contains("Permission denied");
    }
}
