package io.emberwatch.collector.ingest;

import io.emberwatch.protocol.AcknowledgedRange;
import java.util.List;
import java.util.Map;

/**
 * What became of the items of one transaction; true once it is committed.
 *
 * @param contexts what to remember of the machines concerned
 * @param notices what to tell sessions, in order
 * @param readings number of readings stored
 * @param alarmChanges number of steps that alarms took
 */
record WriteResult(Map<Integer, MachineContext> contexts, List<Notice> notices, int readings, int alarmChanges) {
    WriteResult {
        contexts = Map.copyOf(contexts);
        notices = List.copyOf(notices);
    }

    /** Something to tell a session. */
    sealed interface Notice {
        void tell();

        record Stored(IngestItem.Batch batch, AcknowledgedRange acknowledged) implements Notice {
            @Override
            public void tell() {
                batch.session().feedback().stored(batch, acknowledged);
            }
        }

        record Fenced(Session session, String why) implements Notice {
            @Override
            public void tell() {
                session.feedback().fenced(why);
            }
        }
    }
}
