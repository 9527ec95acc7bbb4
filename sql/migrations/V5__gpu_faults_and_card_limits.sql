-- What cards tell of themselves: faults, XID errors, processes, and how far each is from its own limits.

-- A card that tells how far it is from its own limits is judged by that; gpu_temp_c counts for the others. What an admin
-- has already set for the whole fleet stays as it is. Critical lasts until the card is out of the warning's range, too: one
-- whose work comes in waves would else send a mail with each of them. First of all, for a statement here that fails leaves
-- nothing half done.
INSERT INTO fleet_limit (metric, severity, raise_at, clear_at, for_s) VALUES
  ('gpu_slowdown_margin_c',     'warning',  10, 13, 60),
  ('gpu_slowdown_margin_c',     'critical', 3,  13, 10),
  ('gpu_mem_margin_c',          'warning',  10, 13, 60),
  ('gpu_mem_margin_c',          'critical', 3,  13, 10),
  ('gpu_thermal_throttling',    'warning',  1,  0,  30),
  ('gpu_ecc_uncorrected_count', 'critical', 1,  0,  0),
  ('gpu_row_remap_pending',     'warning',  1,  0,  0),
  ('gpu_row_remap_failed',      'critical', 1,  0,  0),
  ('gpu_fault',                 'critical', 1,  0,  10),
  ('gpu_driver_fault',          'critical', 1,  0,  60),
  ('gpu_missing_count',         'critical', 1,  0,  60),
  ('gpu_fatal_xid',             'critical', 1,  0,  0),
  ('nvme_temp_c',               'warning',  75, 70, 60),
  ('nvme_temp_c',               'critical', 83, 78, 10),
  ('mem_temp_c',                'warning',  85, 80, 60),
  ('mem_temp_c',                'critical', 95, 90, 10)
  ON DUPLICATE KEY UPDATE metric = VALUES(metric);

ALTER TABLE reading
  ADD COLUMN nvme_temp_c      DECIMAL(5,1) NULL COMMENT 'Temperature of the hottest NVMe drive, °C',
  ADD COLUMN mem_temp_c       DECIMAL(5,1) NULL COMMENT 'Temperature of the hottest memory module, °C',
  ADD COLUMN fan_min_rpm      INT UNSIGNED NULL COMMENT 'Speed of the slowest of the fans that have turned, revolutions per minute',
  ADD COLUMN gpu_driver_fault TINYINT UNSIGNED NULL COMMENT '0: nothing is wrong with all GPUs of a driver; 1: lost, 2: reset required, 3: hung, 4: driver missing, 5: driver mismatch, 6: no permission, 7: unreadable, 8: restart required';

ALTER TABLE gpu_reading
  ADD COLUMN gpu_mem_margin_c       DECIMAL(5,1) NULL COMMENT 'Degrees left until its memory is hotter than is safe, °C',
  ADD COLUMN gpu_mem_util_percent   DECIMAL(4,1) NULL COMMENT 'Time in which its memory was read or written, %',
  ADD COLUMN gpu_performance_state  TINYINT UNSIGNED NULL COMMENT 'Performance state, from 0, the fastest, to 15',
  ADD COLUMN gpu_thermal_throttling TINYINT UNSIGNED NULL COMMENT '1 while heat keeps its clocks down, else 0',
  ADD COLUMN gpu_remapped_row_count INT UNSIGNED NULL COMMENT 'Rows of its memory that were replaced by spare ones',
  ADD COLUMN gpu_row_remap_pending  TINYINT UNSIGNED NULL COMMENT '1 if a row or page of its memory is to be replaced at its next reset, else 0',
  ADD COLUMN gpu_row_remap_failed   TINYINT UNSIGNED NULL COMMENT '1 if a row could not be replaced, else 0',
  ADD COLUMN gpu_pcie_replay_count  BIGINT UNSIGNED NULL COMMENT 'Packets that had to be sent again on the PCIe bus',
  ADD COLUMN gpu_mig_instance_count TINYINT UNSIGNED NULL COMMENT 'MIG instances that it is divided into',
  ADD COLUMN gpu_process_count      INT UNSIGNED NULL COMMENT 'Processes that compute on it',
  ADD COLUMN gpu_fault              TINYINT UNSIGNED NULL COMMENT 'What is wrong with it; 0: nothing. Codes as of reading.gpu_driver_fault',
  ADD COLUMN gpu_hung_s             INT UNSIGNED NULL COMMENT 'Time for which it has not answered, seconds',
  ADD COLUMN gpu_fatal_xid          SMALLINT UNSIGNED NULL COMMENT 'Last fatal XID error that NVML told in the last hour; 0: it told none';

ALTER TABLE machine_inventory
  ADD COLUMN gpu_driver        VARCHAR(255) NOT NULL DEFAULT '' COMMENT 'Name and version of the driver of its GPUs; empty if unknown',
  ADD COLUMN temp_sensor_count INT UNSIGNED NULL COMMENT 'Sensors that tell a temperature of its CPUs; 0 on most virtual machines; NULL: not known';

ALTER TABLE gpu
  ADD COLUMN gpu_max_temp_c INT NULL COMMENT 'Highest core temperature in normal operation, °C' AFTER mem_max_temp_c,
  ADD COLUMN target_temp_c  INT NULL COMMENT 'Core temperature that it aims for under load, °C' AFTER gpu_max_temp_c,
  ADD COLUMN retired_at     DATETIME(3) NULL COMMENT 'When it was found to be taken out, UTC: an admin said so, or another machine named it; NULL: it is to be there',
  ADD KEY gpu_by_card (uuid) COMMENT 'The same card in other machines: INVENTORY',
  ADD KEY gpu_by_retirement (retired_at) COMMENT 'Cards that are not missed: the registry';

-- What the last inventory did not name any more was taken out some time ago: nobody is to be mailed of it now.
UPDATE gpu JOIN machine_inventory i ON i.machine_id = gpu.machine_id
  SET gpu.retired_at = UTC_TIMESTAMP(3) WHERE gpu.last_seen_at < i.updated_at;

CREATE TABLE gpu_xid (
  gpu_id    INT UNSIGNED NOT NULL COMMENT 'Card: gpu.id',
  taken_at  DATETIME(3)  NOT NULL COMMENT 'When the reading was taken that told it, UTC by the machine''s clock',
  sequence  BIGINT UNSIGNED NOT NULL COMMENT 'Number of that reading: reading.sequence',
  position  TINYINT UNSIGNED NOT NULL COMMENT 'Its place among those of the same reading, from 0, in the order in which they happened',
  xid       SMALLINT UNSIGNED NOT NULL COMMENT 'Code of the error, as NVIDIA numbers them',
  PRIMARY KEY (gpu_id, taken_at, sequence, position),
  KEY gpu_xid_by_time (taken_at) COMMENT 'Errors of all cards in a time: queries',
  CONSTRAINT gpu_xid_of_gpu FOREIGN KEY (gpu_id) REFERENCES gpu (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='XID errors: what the driver of a card said of it';

CREATE TABLE gpu_process (
  id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT COMMENT 'Identity of the entry',
  gpu_id          INT UNSIGNED NOT NULL COMMENT 'Card: gpu.id',
  pid             BIGINT UNSIGNED NOT NULL COMMENT 'Number of the process on its machine',
  name            VARCHAR(255) NOT NULL COMMENT 'Name of its program; empty if unknown',
  user_name       VARCHAR(255) NOT NULL COMMENT 'Whose it is; empty if unknown',
  mem_used_bytes  BIGINT UNSIGNED NULL COMMENT 'Memory of the card that it held when last seen, bytes; NULL: not known',
  first_seen_at   DATETIME(3) NOT NULL COMMENT 'When it was first seen on the card, UTC by the machine''s clock',
  last_seen_at    DATETIME(3) NOT NULL COMMENT 'When it was last seen there, UTC by the machine''s clock',
  ended_at        DATETIME(3) NULL COMMENT 'When it was seen not to be there any more, UTC by the machine''s clock; NULL: it was there at the last look',
  PRIMARY KEY (id),
  KEY gpu_process_by_gpu (gpu_id, ended_at, last_seen_at) COMMENT 'What runs on a card: GPU_PROCESSES, mails; the oldest to delete',
  CONSTRAINT gpu_process_of_gpu FOREIGN KEY (gpu_id) REFERENCES gpu (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='What computes, or has computed, on each card, if the machine tells it; not for ever';
