-- A condition that is over and returns within a minute, again and again, is one alarm that counts how often it did, and not a
-- row, two events and two mails each time.

ALTER TABLE alarm
  ADD COLUMN returned_count INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'How often it was cleared and raised again since raised_at, too soon to be an alarm of its own',
  ADD COLUMN returned_at    DATETIME(3) NULL COMMENT 'Reading with which it was last raised again, UTC by the machine''s clock; NULL: never',
  MODIFY COLUMN is_open     TINYINT UNSIGNED NULL DEFAULT 1 COMMENT '1 while pending or firing, and while cleared so lately that it may return; NULL once it is over: one open alarm a condition';
