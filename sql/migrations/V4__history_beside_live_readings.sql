-- A probe with a long backlog goes on live at once and brings what lies before, its history, when it is asked to. And what a
-- probe says that it has lost is kept, so that people see a gap and not a silence.

ALTER TABLE probe_session
  ADD COLUMN history_from     BIGINT UNSIGNED NULL COMMENT 'First reading of the history that is still to come; NULL: none is',
  ADD COLUMN history_to       BIGINT UNSIGNED NULL COMMENT 'Last reading of the history that is still to come; NULL: none is',
  ADD COLUMN history_epoch    BIGINT UNSIGNED NULL COMMENT 'Epoch of the session that put this history off, or the last one; NULL: none ever did',
  ADD COLUMN history_since    DATETIME(3) NULL COMMENT 'Time of the last reading before that history, UTC by the machine''s clock; NULL: there is none',
  ADD COLUMN history_taken_at DATETIME(3) NULL COMMENT 'Time of the last reading of that history that is stored, UTC by the machine''s clock; NULL: none is';

ALTER TABLE alarm
  ADD COLUMN is_history    TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT '1: judged from history, beside the live alarms; the owner is told afterwards',
  ADD COLUMN history_epoch BIGINT UNSIGNED NULL COMMENT 'It was firing when the history with this probe_session.history_epoch was put off, and speaks for that time too; NULL: none',
  DROP KEY alarm_open_once,
  ADD UNIQUE KEY alarm_open_once (machine_id, component, metric, severity, is_history, is_open) COMMENT 'Alarms of a machine when its session opens; at most one open a condition, live and in history',
  ADD KEY alarm_by_history (machine_id, history_epoch) COMMENT 'Alarms that speak for a history: the writer, when it begins with that machine';

CREATE TABLE reading_gap (
  machine_id      INT UNSIGNED NOT NULL COMMENT 'Machine whose readings are missing: machine.id',
  boot_id         BINARY(16)   NOT NULL COMMENT 'Numbering that the sequences belong to',
  first_sequence  BIGINT UNSIGNED NOT NULL COMMENT 'First number that is missing',
  last_sequence   BIGINT UNSIGNED NOT NULL COMMENT 'Last number that is missing',
  reading_count   BIGINT UNSIGNED NULL COMMENT 'How many readings are lost; NULL: not known, perhaps none',
  from_at         DATETIME(3)  NOT NULL COMMENT 'When the first of them was taken, or the last one before, UTC by the machine''s clock',
  to_at           DATETIME(3)  NOT NULL COMMENT 'When the last of them was taken, or the first one after, UTC by the machine''s clock',
  reason          ENUM('unknown','spool_full','too_old','damaged','power_loss') NOT NULL COMMENT 'Why: no room; older than the probe keeps; could not be read back; not on disk when the machine went down',
  recorded_at     DATETIME(3)  NOT NULL COMMENT 'When the probe last said so, UTC',
  PRIMARY KEY (machine_id, boot_id, first_sequence),
  KEY reading_gap_by_time (machine_id, recorded_at) COMMENT 'Latest gaps of a machine: machine show; the oldest beyond the limit',
  CONSTRAINT reading_gap_of_machine FOREIGN KEY (machine_id) REFERENCES machine (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Readings that a probe has lost and will never send; the newest 1000 gaps of each machine';
