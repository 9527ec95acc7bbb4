-- Machines that nothing was heard of for two minutes, or never, and whom to call. Those that were stopped are left out.
SELECT n.machine, n.state, n.silent_s, n.last_heard_at, r.location, r.owner, r.phone, r.mail
FROM machine_now n
JOIN machine_registry r ON r.machine = n.machine
WHERE (n.silent_s > 120 OR n.silent_s IS NULL) AND (n.state <> 'stopped' OR n.state IS NULL)
ORDER BY n.silent_s IS NULL, n.silent_s DESC;
