-- What the makers of CPUs, drives and memory allow, and what befalls filesystems besides being full.

-- A machine that reports how far it is from the limits of its parts is judged by that, as a card is; the temperature counts
-- for the others. What an admin has already set for the whole fleet stays as it is. First of all, for a statement here that
-- fails leaves nothing half done.
--   CPUs   Intel's are to be 10 °C below their limit (85 to 105 °C) under full load, and their fans are controlled for that:
--          5 °C is hot for any of them, and at 0 they slow down.
--   NVMe   From the drive's own warning to its critical temperature there are 1 to 5 °C (80/85, 82/85, 86/87), seldom 10.
--   disks  Allowed are 60 to 70 °C; few are ever above 50.
--   memory 85 °C for DDR5 and 95 °C for DDR4; under full load 60 to 78 °C are usual.
INSERT INTO fleet_limit (metric, severity, raise_at, clear_at, for_s) VALUES
  ('cpu_margin_c',           'warning',  5,  8,  60),
  ('cpu_margin_c',           'critical', 2,  8,  30),
  ('nvme_margin_c',          'warning',  3,  6,  60),
  ('nvme_margin_c',          'critical', 1,  6,  10),
  ('disk_temp_c',            'warning',  60, 57, 60),
  ('disk_temp_c',            'critical', 68, 64, 10),
  ('disk_margin_c',          'warning',  3,  6,  60),
  ('disk_margin_c',          'critical', 0,  6,  10),
  ('mem_margin_c',           'warning',  5,  8,  60),
  ('mem_margin_c',           'critical', 1,  8,  10),
  ('temp_alarm_count',       'warning',  1,  0,  60),
  ('fs_inodes_used_percent', 'warning',  90, 88, 60),
  ('fs_inodes_used_percent', 'critical', 97, 95, 60),
  ('fs_read_only_count',     'critical', 1,  0,  60),
  ('fs_unreachable_count',   'warning',  1,  0,  300),
  ('hung_read_count',        'warning',  1,  0,  60)
  ON DUPLICATE KEY UPDATE metric = VALUES(metric);

ALTER TABLE reading
  ADD COLUMN cpu_margin_c           DECIMAL(5,1) NULL COMMENT 'Degrees left until a CPU reaches its critical limit, °C',
  ADD COLUMN nvme_margin_c          DECIMAL(5,1) NULL COMMENT 'Degrees left until an NVMe drive reaches its critical limit, °C',
  ADD COLUMN disk_temp_c            DECIMAL(5,1) NULL COMMENT 'Temperature of the hottest SATA or SAS drive, °C',
  ADD COLUMN disk_margin_c          DECIMAL(5,1) NULL COMMENT 'Degrees left until a SATA or SAS drive reaches its critical limit, °C',
  ADD COLUMN mem_margin_c           DECIMAL(5,1) NULL COMMENT 'Degrees left until a memory module reaches its critical limit, °C',
  ADD COLUMN temp_alarm_count       SMALLINT UNSIGNED NULL COMMENT 'Sensors of CPUs, drives and memory that signal an alarm themselves',
  ADD COLUMN fs_inodes_used_percent DECIMAL(4,1) NULL COMMENT 'Inodes in use on the local filesystem with the fewest left, %',
  ADD COLUMN fs_read_only_count     INT UNSIGNED NULL COMMENT 'Local filesystems that have become read-only',
  ADD COLUMN fs_unreachable_count   INT UNSIGNED NULL COMMENT 'Local filesystems that cannot be measured',
  ADD COLUMN hung_read_count        INT UNSIGNED NULL COMMENT 'Mount points and devices that do not answer';

-- MySQL 8.0.15 takes a default like (UTC_TIMESTAMP(3)) for a date of zeros when it changes a table that has one.
SET @mode_before = @@SESSION.sql_mode;
SET SESSION sql_mode = '';

ALTER TABLE reading_ahead
  ADD COLUMN cpu_margin_c           DECIMAL(5,1) NULL COMMENT 'Degrees left until a CPU reaches its critical limit, °C' AFTER rejected_value_count,
  ADD COLUMN nvme_margin_c          DECIMAL(5,1) NULL COMMENT 'Degrees left until an NVMe drive reaches its critical limit, °C' AFTER cpu_margin_c,
  ADD COLUMN disk_temp_c            DECIMAL(5,1) NULL COMMENT 'Temperature of the hottest SATA or SAS drive, °C' AFTER nvme_margin_c,
  ADD COLUMN disk_margin_c          DECIMAL(5,1) NULL COMMENT 'Degrees left until a SATA or SAS drive reaches its critical limit, °C' AFTER disk_temp_c,
  ADD COLUMN mem_margin_c           DECIMAL(5,1) NULL COMMENT 'Degrees left until a memory module reaches its critical limit, °C' AFTER disk_margin_c,
  ADD COLUMN temp_alarm_count       SMALLINT UNSIGNED NULL COMMENT 'Sensors of CPUs, drives and memory that signal an alarm themselves' AFTER mem_margin_c,
  ADD COLUMN fs_inodes_used_percent DECIMAL(4,1) NULL COMMENT 'Inodes in use on the local filesystem with the fewest left, %' AFTER temp_alarm_count,
  ADD COLUMN fs_read_only_count     INT UNSIGNED NULL COMMENT 'Local filesystems that have become read-only' AFTER fs_inodes_used_percent,
  ADD COLUMN fs_unreachable_count   INT UNSIGNED NULL COMMENT 'Local filesystems that cannot be measured' AFTER fs_read_only_count,
  ADD COLUMN hung_read_count        INT UNSIGNED NULL COMMENT 'Mount points and devices that do not answer' AFTER fs_unreachable_count;

SET SESSION sql_mode = @mode_before;
