package io.emberwatch.probe.gpu;

/** Makes the threads that call into drivers. */
public final class DriverThreads {
    /** The probe runs with small stacks, which suffice for Java; what a driver's library puts on one is not known. */
    private static final long STACK_BYTES = 2L << 20;

    private DriverThreads() {}

    /** A thread that keeps no process alive, for a call may never come back. */
    public static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(null, task, name, STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }
}
