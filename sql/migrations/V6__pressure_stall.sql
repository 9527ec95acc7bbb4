-- How much work waits for CPU, memory and disks, as the kernel measures it (pressure stall information, "some", over 60 s).

-- What an admin has already set for the whole fleet stays as it is. Waiting for memory is never on purpose: it is what comes
-- before the kernel ends a process. Waiting for disks is usual where training data is read: only nearly all of the time, for
-- half an hour, is worth a warning. CPUs that compute are kept busy on purpose, and load_per_core warns of too much work; a
-- second mail about the same would be noise, so their pressure has no limit unless somebody sets one. First of all, for a
-- statement here that fails leaves nothing half done.
INSERT INTO fleet_limit (metric, severity, raise_at, clear_at, for_s) VALUES
  ('mem_pressure_percent', 'warning',  20, 10, 120),
  ('mem_pressure_percent', 'critical', 50, 25, 60),
  ('io_pressure_percent',  'warning',  95, 80, 1800)
  ON DUPLICATE KEY UPDATE metric = VALUES(metric);

ALTER TABLE reading
  ADD COLUMN cpu_pressure_percent DECIMAL(4,1) NULL COMMENT 'Time in which some task waited for a CPU, over a minute, %',
  ADD COLUMN mem_pressure_percent DECIMAL(4,1) NULL COMMENT 'Time in which some task waited for memory, over a minute, %',
  ADD COLUMN io_pressure_percent  DECIMAL(4,1) NULL COMMENT 'Time in which some task waited for a disk, over a minute, %';
