-- To which machine a card belongs, when two machines name the same one.

INSERT INTO fleet_limit (metric, severity, raise_at, clear_at, for_s) VALUES
  ('gpu_conflict_count', 'warning', 1, 0, 60)
  ON DUPLICATE KEY UPDATE metric = VALUES(metric);

ALTER TABLE gpu
  MODIFY COLUMN retired_at    DATETIME(3) NULL COMMENT 'When it was found to be taken out, UTC: an admin said so, or it is in another machine now; NULL: it is to be there',
  ADD COLUMN shown_since      DATETIME(3) NULL COMMENT 'When the machine began to name it, this time, UTC; NULL: at first_seen_at',
  ADD COLUMN claimed_twice_at DATETIME(3) NULL COMMENT 'When it was found that another machine shows it at the same time, UTC; NULL: none does',
  ADD COLUMN distrusted_at    DATETIME(3) NULL COMMENT 'When the machine was last found to name it while another showed it already, UTC: it retires the card nowhere; NULL: it did not, or not for long',
  DROP KEY gpu_by_card,
  ADD KEY gpu_by_card (uuid, retired_at, claimed_twice_at) COMMENT 'Cards that two machines name: every few seconds',
  ADD KEY gpu_by_conflict (claimed_twice_at) COMMENT 'Cards that two machines show: the registry';
