-- Readings dated more than a day ahead of the collector's clock are kept apart, and not for long: the partitions of the days
-- to come stay empty, and so can be split in a moment. Columns are those of reading and gpu_reading; who adds one there adds
-- it here. A MySQL 8.0 that replicates by GTID adds no column with a default like (UTC_TIMESTAMP(3)), but gives one to a column
-- that is there.

CREATE TABLE reading_ahead LIKE reading;
ALTER TABLE reading_ahead REMOVE PARTITIONING;
ALTER TABLE reading_ahead ADD COLUMN stored_at DATETIME(3) NULL;
ALTER TABLE reading_ahead
  MODIFY COLUMN stored_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)) COMMENT 'When the collector stored it, UTC',
  ADD KEY reading_ahead_by_storing (stored_at) COMMENT 'What is to be deleted: retention.ahead',
  COMMENT = 'Readings dated more than a day ahead of the collector''s clock when they came; deleted after retention.ahead';

CREATE TABLE gpu_reading_ahead LIKE gpu_reading;
ALTER TABLE gpu_reading_ahead REMOVE PARTITIONING;
ALTER TABLE gpu_reading_ahead ADD COLUMN stored_at DATETIME(3) NULL;
ALTER TABLE gpu_reading_ahead
  MODIFY COLUMN stored_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)) COMMENT 'When the collector stored it, UTC',
  ADD KEY gpu_reading_ahead_by_storing (stored_at) COMMENT 'What is to be deleted: retention.ahead',
  COMMENT = 'What reading_ahead is to reading, for cards';
