-- XID errors of the last week, by card: which, how often, and when last. NVIDIA's list says what each code means.
SELECT m.name AS machine, o.name AS owner, g.slot, g.model, g.uuid, x.xid, COUNT(*) AS times,
       MIN(x.taken_at) AS first_at, MAX(x.taken_at) AS last_at
FROM gpu_xid x
JOIN gpu g ON g.id = x.gpu_id
JOIN machine m ON m.id = g.machine_id
JOIN owner o ON o.id = m.owner_id
WHERE x.taken_at >= UTC_TIMESTAMP() - INTERVAL 7 DAY
GROUP BY g.id, m.name, o.name, g.slot, g.model, g.uuid, x.xid
ORDER BY last_at DESC, machine, slot;
