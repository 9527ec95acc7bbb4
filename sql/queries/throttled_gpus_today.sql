-- Cards that slowed down because of heat in the last day, and in how many of their readings.
-- 0x20: software thermal slowdown; 0x40: hardware thermal slowdown; as NVML numbers them.
SELECT m.name AS machine, g.slot, g.model, COUNT(*) AS readings,
       SUM((r.gpu_throttle_reasons & 0x60) <> 0) AS throttled_readings, MAX(r.gpu_temp_c) AS gpu_max_c
FROM gpu_reading r
JOIN gpu g ON g.id = r.gpu_id
JOIN machine m ON m.id = g.machine_id
WHERE r.taken_at >= UTC_TIMESTAMP() - INTERVAL 1 DAY
GROUP BY g.id, m.name, g.slot, g.model
HAVING throttled_readings > 0
ORDER BY throttled_readings DESC;
