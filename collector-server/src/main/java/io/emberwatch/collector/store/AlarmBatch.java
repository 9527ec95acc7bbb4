package io.emberwatch.collector.store;

import io.emberwatch.collector.model.AlarmCondition;
import io.emberwatch.collector.model.AlarmWrite;
import io.emberwatch.collector.model.AlarmWrite.Clear;
import io.emberwatch.collector.model.AlarmWrite.Drop;
import io.emberwatch.collector.model.AlarmWrite.Pend;
import io.emberwatch.collector.model.AlarmWrite.Raise;
import io.emberwatch.collector.model.AlarmWrite.Span;
import io.emberwatch.collector.model.AlarmWrite.Tell;
import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.MailKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Changes of different alarms, as one JDBC batch per kind of statement. No statement needs the number of an alarm: all
 * find it by the unique key of its condition, so nothing is read back between them. Not thread-safe.
 */
final class AlarmBatch {
    private final Map<AlarmStatement, List<Object[]>> rows = new EnumMap<>(AlarmStatement.class);
    private final Supplier<String> messageIds;

    AlarmBatch(Supplier<String> messageIds) {
        this.messageIds = messageIds;
    }

    void add(AlarmWrite write) {
        if (write instanceof Pend pend) {
            pend(pend);
        } else if (write instanceof Drop drop) {
            add(AlarmStatement.DROP, drop.condition());
        } else if (write instanceof Raise raise) {
            raise(raise);
        } else if (write instanceof Tell tell) {
            tell(tell);
        } else if (write instanceof Span span) {
            add(AlarmStatement.SPAN, span.condition(), span.historyEpoch());
        } else if (write instanceof Clear clear) {
            clear(clear);
        }
    }

    void execute(Connection connection) throws SQLException {
        for (Map.Entry<AlarmStatement, List<Object[]>> entry : rows.entrySet()) {
            Sql.batch(connection, entry.getKey().sql(), entry.getValue());
        }
    }

    private void pend(Pend pend) {
        Limit limit = pend.limit();
        addNew(AlarmStatement.PEND, pend.condition(), pend.since(), limit.raiseAt(), limit.clearAt());
    }

    private void raise(Raise raise) {
        Limit limit = raise.limit();
        addNew(
                AlarmStatement.RAISE,
                raise.condition(),
                raise.pendingSince(),
                limit.raiseAt(),
                limit.clearAt(),
                raise.at(),
                raise.value(),
                raise.toldAt());
        add(AlarmStatement.RAISED_EVENT, raise.condition(), raise.at(), raise.value());
        if (raise.mail()) {
            add(AlarmStatement.RAISED_MAIL, raise.condition(), messageIds.get());
        }
    }

    private void tell(Tell tell) {
        if (tell.mail().filter(MailKind.REPEATED::equals).isPresent()) {
            add(AlarmStatement.TELL_AGAIN, tell.condition(), tell.at());
            add(AlarmStatement.REPEATED_EVENT, tell.condition(), tell.at(), tell.value());
            add(AlarmStatement.REPEATED_MAIL, tell.condition(), messageIds.get());
            return;
        }
        add(AlarmStatement.TELL, tell.condition(), tell.at());
        if (tell.mail().isPresent()) {
            add(AlarmStatement.RAISED_MAIL, tell.condition(), messageIds.get());
        }
    }

    private void clear(Clear clear) {
        add(AlarmStatement.CLEARED_EVENT, clear.condition(), clear.at(), clear.value(), clear.note());
        clear.mail().ifPresent(kind -> add(AlarmStatement.CLOSING_MAIL, clear.condition(), kind, messageIds.get()));
        add(
                AlarmStatement.CLEAR,
                clear.condition(),
                clear.at(),
                clear.value(),
                clear.mail().map(kind -> clear.now()));
    }

    /** For statements whose parameters end with the condition. */
    private void add(AlarmStatement statement, AlarmCondition condition, Object... parameters) {
        put(statement, Stream.concat(Stream.of(parameters), key(condition)));
    }

    /** For statements that make a row: their parameters begin with the condition. */
    private void addNew(AlarmStatement statement, AlarmCondition condition, Object... parameters) {
        put(statement, Stream.concat(key(condition), Stream.of(parameters)));
    }

    private void put(AlarmStatement statement, Stream<Object> parameters) {
        rows.computeIfAbsent(statement, s -> new ArrayList<>()).add(parameters.toArray());
    }

    private static Stream<Object> key(AlarmCondition condition) {
        return Stream.of(
                condition.machineId(),
                condition.component(),
                condition.metric().column(),
                condition.severity(),
                condition.isHistory() ? 1 : 0);
    }
}
