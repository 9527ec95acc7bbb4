package io.emberwatch.probe.status;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Says why there is no socket, or no answer. */
final class StatusProblem {
    private StatusProblem() {}

    static String describe(Exception e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NoSuchFileException) {
            return "its folder does not exist";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** The JDK says this of a socket by its text alone. */
    static boolean isPermission(IOException e) {
        return e instanceof AccessDeniedException
                || String.valueOf(e.getMessage()).contains("ermission denied");
    }
}
