package io.emberwatch.collector.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What an await hopes for mostly comes at once; a machine with much other work must not make it fail, nor what breaks on
 * purpose in the threads of a test beside it.
 */
public final class LongAwaitTimeout implements BeforeAllCallback {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(TIMEOUT);
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
    }
}
