package io.emberwatch.collector.security;

/** Tries one thing, and fails as an assertion if it succeeds. */
@FunctionalInterface
interface Attack {
    void on(Defended defended) throws Exception;

    /** The same, and afterwards the collector must serve honest machines as before. */
    default void tryOn(Defended defended) throws Exception {
        on(defended);
        defended.assertServes();
    }
}
