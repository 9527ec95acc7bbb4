-- The ten machines that were hottest in the last hour, CPU and cards together.
SELECT m.name AS machine, o.name AS owner, MAX(t.cpu_temp_c) AS cpu_max_c, MAX(t.gpu_temp_c) AS gpu_max_c
FROM (
  SELECT machine_id, cpu_temp_c, NULL AS gpu_temp_c FROM reading
  WHERE taken_at >= UTC_TIMESTAMP() - INTERVAL 1 HOUR
  UNION ALL
  SELECT machine_id, NULL, gpu_temp_c FROM gpu_reading
  WHERE taken_at >= UTC_TIMESTAMP() - INTERVAL 1 HOUR
) t
JOIN machine m ON m.id = t.machine_id
JOIN owner o ON o.id = m.owner_id
GROUP BY m.id, m.name, o.name
ORDER BY GREATEST(COALESCE(MAX(t.cpu_temp_c), -300), COALESCE(MAX(t.gpu_temp_c), -300)) DESC
LIMIT 10;
