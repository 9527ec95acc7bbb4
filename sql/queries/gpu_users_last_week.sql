-- Who used which card when, in the last week: one row a process; ended_at is NULL for those that were there at the last look.
SELECT m.name AS machine, g.slot, g.model, p.user_name, p.name AS process, p.pid, p.first_seen_at, p.ended_at,
       TIMESTAMPDIFF(MINUTE, p.first_seen_at, p.last_seen_at) AS minutes, p.mem_used_bytes
FROM gpu_process p
JOIN gpu g ON g.id = p.gpu_id
JOIN machine m ON m.id = g.machine_id
WHERE p.last_seen_at >= UTC_TIMESTAMP() - INTERVAL 7 DAY
ORDER BY machine, slot, p.first_seen_at DESC;
