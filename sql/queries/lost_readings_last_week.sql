-- Readings of the last week that probes have lost and will never send: when, how many, and why.
SELECT machine, owner, from_at, to_at, lost, reason, recorded_at
FROM machine_gap
WHERE recorded_at > UTC_TIMESTAMP() - INTERVAL 7 DAY
ORDER BY recorded_at DESC, machine, from_at;
