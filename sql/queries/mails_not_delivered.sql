-- Mails that the mail server has not taken: still being tried, or refused for good, with the server's words.
SELECT b.id AS mail, b.recipient, m.name AS machine, a.metric, a.severity, b.kind, b.state, b.attempts,
       b.created_at, b.next_attempt_at, b.last_error
FROM mail_outbox b
JOIN alarm a ON a.id = b.alarm_id
JOIN machine m ON m.id = a.machine_id
WHERE b.state = 'rejected' OR (b.state = 'pending' AND b.attempts > 0)
ORDER BY b.created_at DESC
LIMIT 100;
