-- How much work waits for CPU, memory and disks, as the kernel measures it (pressure stall information, "some", over 60 s).

-- What an admin has already set for the whole fleet stays as it is. A box that computes keeps its CPUs busy on purpose, and
-- one that reads its training data waits for disks: only most of the time, for long, is worth a warning. Waiting for memory
-- is never on purpose: it is what comes before the kernel ends a process. First of all, for a statement here that fails
-- leaves nothing half done.
INSERT INTO fleet_limit (metric, severity, raise_at, clear_at, for_s) VALUES
  ('cpu_pressure_percent', 'warning',  90, 75, 900),
  ('mem_pressure_percent', 'warning',  20, 10, 120),
  ('mem_pressure_percent', 'critical', 50, 25, 60),
  ('io_pressure_percent',  'warning',  80, 60, 900)
  ON DUPLICATE KEY UPDATE metric = VALUES(metric);

ALTER TABLE reading
  ADD COLUMN cpu_pressure_percent DECIMAL(4,1) NULL COMMENT 'Time in which some task waited for a CPU, over a minute, %',
  ADD COLUMN mem_pressure_percent DECIMAL(4,1) NULL COMMENT 'Time in which some task waited for memory, over a minute, %',
  ADD COLUMN io_pressure_percent  DECIMAL(4,1) NULL COMMENT 'Time in which some task waited for a disk, over a minute, %';
