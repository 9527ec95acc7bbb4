-- The last three hours of one machine, minute by minute. Put the machine's name here:
SET @machine = 'gpu-01';
SELECT DATE_FORMAT(r.taken_at, '%Y-%m-%d %H:%i') AS minute_utc, COUNT(*) AS readings,
       MAX(r.cpu_temp_c) AS cpu_max_c, ROUND(AVG(r.cpu_util_percent), 1) AS cpu_util_percent,
       MAX(r.load_per_core) AS load_per_core_max, MAX(r.mem_used_percent) AS mem_used_max_percent
FROM reading r
WHERE r.machine_id = (SELECT id FROM machine WHERE name = CONVERT(@machine USING utf8mb4) COLLATE utf8mb4_unicode_ci)
  AND r.taken_at >= UTC_TIMESTAMP() - INTERVAL 3 HOUR
GROUP BY minute_utc
ORDER BY minute_utc;
