package io.emberwatch.collector.ingest;

import io.emberwatch.protocol.AcknowledgedRange;
import java.util.UUID;

/**
 * A probe's session, as far as ingest knows it.
 *
 * @param epoch which of the machine's sessions this is; a batch of an older one is turned away
 * @param bootId numbering of the session's sequences
 * @param feedback where to say what became of its items
 */
public record Session(int machineId, String machineName, long epoch, UUID bootId, Feedback feedback) {
    /** The same session, but nobody hears what becomes of its items. */
    Session withoutFeedback() {
        return new Session(machineId, machineName, epoch, bootId, NoFeedback.INSTANCE);
    }

    /** Called by the writer's thread, in the order in which the session's items were queued. Must not block. */
    public interface Feedback {
        /** The batch is stored for good, and all before it of its kind, live or history. */
        void stored(IngestItem.Batch batch, AcknowledgedRange acknowledged);

        /** The session is over for the database: a newer one has begun, or the machine was removed. */
        void fenced(String why);
    }

    private enum NoFeedback implements Feedback {
        INSTANCE;

        @Override
        public void stored(IngestItem.Batch batch, AcknowledgedRange acknowledged) {}

        @Override
        public void fenced(String why) {}
    }
}
