-- How many alarms each owner's machines raised in the last seven days, for what, and for how long together.
SELECT o.name AS owner, m.name AS machine, a.metric, a.severity, COUNT(*) AS alarms,
       ROUND(SUM(TIMESTAMPDIFF(SECOND, a.raised_at, COALESCE(a.cleared_at, UTC_TIMESTAMP()))) / 60) AS minutes,
       MAX(a.raised_at) AS last_raised_at
FROM alarm a
JOIN machine m ON m.id = a.machine_id
JOIN owner o ON o.id = m.owner_id
WHERE a.raised_at >= UTC_TIMESTAMP() - INTERVAL 7 DAY
GROUP BY o.name, m.name, a.metric, a.severity
ORDER BY o.name, alarms DESC, m.name;
