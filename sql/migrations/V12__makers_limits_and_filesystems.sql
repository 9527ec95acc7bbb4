-- What the makers of CPUs, drives and memory allow, and what befalls filesystems besides being full.

-- A machine that reports how far it is from the limits of its parts is judged by that, as a card is; the temperature counts
-- for the others. What an admin has already set for the whole fleet stays as it is. First of all, for a statement here that
-- fails leaves nothing half done.
INSERT INTO fleet_limit (metric, severity, raise_at, clear_at, for_s) VALUES
  ('cpu_margin_c',           'warning',  10, 13, 60),
  ('cpu_margin_c',           'critical', 3,  13, 10),
  ('nvme_margin_c',          'warning',  5,  8,  60),
  ('nvme_margin_c',          'critical', 1,  8,  10),
  ('disk_temp_c',            'warning',  60, 57, 60),
  ('disk_temp_c',            'critical', 68, 64, 10),
  ('disk_margin_c',          'warning',  3,  6,  60),
  ('disk_margin_c',          'critical', 0,  6,  10),
  ('mem_margin_c',           'warning',  10, 13, 60),
  ('mem_margin_c',           'critical', 3,  13, 10),
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
SET SESSION sql_mode = REPLACE(REPLACE(@@SESSION.sql_mode, 'NO_ZERO_IN_DATE', ''), 'NO_ZERO_DATE', '');

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
