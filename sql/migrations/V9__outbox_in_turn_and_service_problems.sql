-- One owner's flood of mails delays nobody else's, and what goes wrong with the service itself is kept for who looks.

-- MySQL 8.0.15 takes a default like (UTC_TIMESTAMP(3)) for a date of zeros when it changes a table that has one.
SET @mode_before = @@SESSION.sql_mode;
SET SESSION sql_mode = '';

-- Mails go by recipient in turn, and for each recipient by priority: what is hot now comes before what is over.
ALTER TABLE mail_outbox
  ADD COLUMN priority TINYINT UNSIGNED NOT NULL DEFAULT 2 COMMENT '0: a critical alarm or a silent machine; 1: a warning; 2: a reminder, or that it is over',
  DROP KEY mail_outbox_due,
  ADD KEY mail_outbox_in_turn (state, recipient, priority, next_attempt_at, id) COMMENT 'Who has mails that are due, and which of them are next: mail workers; how many wait: status';

SET SESSION sql_mode = @mode_before;

UPDATE mail_outbox o JOIN alarm a ON a.id = o.alarm_id
SET o.priority = IF(a.severity = 'critical' OR a.metric = 'silent_s', 0, 1)
WHERE o.kind = 'raised' AND o.state = 'pending';

CREATE TABLE service_problem (
  collector        VARCHAR(100) NOT NULL COMMENT 'Host of the collector that saw it',
  kind             VARCHAR(40)  NOT NULL COMMENT 'What went wrong, as a word that stays the same',
  subject          VARCHAR(200) NOT NULL COMMENT 'What it happened to: a machine, a writer, a file, a recipient',
  urgency          TINYINT UNSIGNED NOT NULL COMMENT 'Place of the kind in the order of urgency, 0 is the most urgent',
  meaning          VARCHAR(200) NOT NULL COMMENT 'What the kind means, in a few words',
  text             VARCHAR(1000) NOT NULL COMMENT 'What was seen last, and what to do about it',
  first_at         DATETIME(3)  NOT NULL COMMENT 'When it was first seen, by the collector''s clock, UTC',
  last_at          DATETIME(3)  NOT NULL COMMENT 'When it was last seen, or seen to be over, by the collector''s clock, UTC',
  seen_count       BIGINT UNSIGNED NOT NULL COMMENT 'How often it was seen since then',
  is_open          TINYINT      NOT NULL COMMENT '1: it is so; 0: it is over',
  PRIMARY KEY (collector, kind, subject),
  KEY service_problem_by_time (is_open, last_at) COMMENT 'What is open or was of late: status; what is old: retention'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='Problems of the service itself, for its admin: open ones and those of the last 30 days';
