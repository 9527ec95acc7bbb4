-- The whole schema of Emberwatch. Runs on MySQL 8.0+ and MariaDB 10.6+.
-- All times are UTC. A measured value that is NULL could not be measured.

CREATE TABLE owner (
  id          INT UNSIGNED NOT NULL AUTO_INCREMENT COMMENT 'Identity of the owner',
  name        VARCHAR(100) NOT NULL COMMENT 'Name of the person or team, as commands and mails use it',
  phone       VARCHAR(40)  NULL     COMMENT 'Telephone number, for people; Emberwatch does not call',
  mail        VARCHAR(254) NOT NULL COMMENT 'Address that alarm mails go to',
  notes       TEXT         NULL     COMMENT 'Free text of the admin',
  created_at  DATETIME(3)  NOT NULL DEFAULT (UTC_TIMESTAMP(3)) COMMENT 'When the owner was registered, UTC',
  PRIMARY KEY (id),
  UNIQUE KEY owner_by_name (name) COMMENT 'Find an owner by name: every command'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='People or teams who are told when their machines are in danger';

CREATE TABLE machine (
  id                   INT UNSIGNED NOT NULL AUTO_INCREMENT COMMENT 'Identity of the machine, in every other table',
  name                 VARCHAR(64)  NOT NULL COMMENT 'Name of the machine, as its probe gives it',
  owner_id             INT UNSIGNED NOT NULL COMMENT 'Who is told: owner.id',
  model                VARCHAR(255) NULL COMMENT 'Maker and model as the admin knows it; see machine_inventory for what the probe found',
  location             VARCHAR(255) NULL COMMENT 'Where to walk to: room, rack, unit',
  ip                   VARCHAR(45)  NULL COMMENT 'Address for people; the collector does not use it',
  key_hash             BINARY(32)   NOT NULL COMMENT 'SHA-256 of the machine key; the key itself is not stored',
  sampling_interval_s  SMALLINT UNSIGNED NULL COMMENT 'How often the probe is to take a reading, seconds; NULL leaves it to the probe',
  notes                TEXT         NULL COMMENT 'Free text of the admin',
  created_at           DATETIME(3)  NOT NULL DEFAULT (UTC_TIMESTAMP(3)) COMMENT 'When the machine was registered, UTC',
  PRIMARY KEY (id),
  UNIQUE KEY machine_by_name (name) COMMENT 'Find a machine by name: HELLO of a probe, every command',
  KEY machine_by_owner (owner_id) COMMENT 'Machines of an owner: owner list, owner remove',
  CONSTRAINT machine_has_owner FOREIGN KEY (owner_id) REFERENCES owner (id) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Registered machines; only these may send readings';

CREATE TABLE fleet_limit (
  metric    VARCHAR(40) NOT NULL COMMENT 'Metric that is limited, for example cpu_temp_c',
  severity  ENUM('warning','critical') NOT NULL COMMENT 'How bad it is to be beyond the limit',
  raise_at  DECIMAL(20,2) NULL COMMENT 'The alarm is raised from this value on, in the metric''s unit; NULL switches the limit off',
  clear_at  DECIMAL(20,2) NULL COMMENT 'The alarm is cleared from this value on; NULL is the same as raise_at',
  for_s     INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'How long the value must stay beyond raise_at before the alarm is raised, seconds',
  PRIMARY KEY (metric, severity)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Limits of every machine that has none of its own';

CREATE TABLE machine_limit (
  machine_id  INT UNSIGNED NOT NULL COMMENT 'Machine that the limit is for: machine.id',
  component   VARCHAR(255) COLLATE utf8mb4_bin NOT NULL DEFAULT '' COMMENT 'UUID of the GPU that the limit is for; empty for the machine and all of its GPUs',
  metric      VARCHAR(40)  NOT NULL COMMENT 'Metric that is limited, for example cpu_temp_c',
  severity    ENUM('warning','critical') NOT NULL COMMENT 'How bad it is to be beyond the limit',
  raise_at    DECIMAL(20,2) NULL COMMENT 'The alarm is raised from this value on, in the metric''s unit; NULL switches the limit off',
  clear_at    DECIMAL(20,2) NULL COMMENT 'The alarm is cleared from this value on; NULL is the same as raise_at',
  for_s       INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'How long the value must stay beyond raise_at before the alarm is raised, seconds',
  PRIMARY KEY (machine_id, component, metric, severity),
  CONSTRAINT machine_limit_of_machine FOREIGN KEY (machine_id) REFERENCES machine (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Limits of single machines and GPUs, before those of the fleet';

CREATE TABLE silence (
  id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT COMMENT 'Identity of the silence',
  machine_id  INT UNSIGNED NULL COMMENT 'Machine whose mails are held back: machine.id; NULL for all machines',
  starts_at   DATETIME(3)  NOT NULL COMMENT 'From when on, UTC',
  ends_at     DATETIME(3)  NOT NULL COMMENT 'Until when, UTC; alarms still open then are mailed',
  reason      VARCHAR(255) NULL COMMENT 'Why, in the words of who asked for it',
  created_at  DATETIME(3)  NOT NULL DEFAULT (UTC_TIMESTAMP(3)) COMMENT 'When it was asked for, UTC',
  PRIMARY KEY (id),
  KEY silence_by_machine (machine_id, ends_at) COMMENT 'Is this machine silenced now: every raised alarm',
  KEY silence_by_end (ends_at) COMMENT 'Silences in force: alarm silence list',
  CONSTRAINT silence_of_machine FOREIGN KEY (machine_id) REFERENCES machine (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Times in which alarms are recorded but not mailed';

CREATE TABLE probe_session (
  machine_id       INT UNSIGNED NOT NULL COMMENT 'Machine of the session: machine.id',
  epoch            BIGINT UNSIGNED NOT NULL COMMENT 'Counts the machine''s sessions; a writer of an older one is turned away',
  boot_id          BINARY(16) NOT NULL COMMENT 'Numbering that the sequences belong to; a probe without a memory begins a new one',
  last_sequence    BIGINT UNSIGNED NOT NULL COMMENT 'Last reading of that numbering that is stored; 0 for none',
  last_taken_at    DATETIME(3)  NULL COMMENT 'Time of that reading, UTC by the machine''s clock',
  state            ENUM('open','stopped','lost') NOT NULL COMMENT 'open: connected; stopped: the probe said goodbye; lost: it vanished',
  connected_at     DATETIME(3)  NOT NULL COMMENT 'When the session began, UTC',
  last_heard_at    DATETIME(3)  NOT NULL COMMENT 'When the collector last stored something from it, UTC',
  ended_at         DATETIME(3)  NULL COMMENT 'When it ended, UTC; NULL while open',
  remote_address   VARCHAR(64)  NOT NULL COMMENT 'Address and port the probe connected from',
  probe_version    VARCHAR(255) NOT NULL COMMENT 'Version of the probe''s software',
  clock_offset_ms  BIGINT       NOT NULL COMMENT 'Machine''s clock minus collector''s when the session began, milliseconds',
  PRIMARY KEY (machine_id),
  CONSTRAINT probe_session_of_machine FOREIGN KEY (machine_id) REFERENCES machine (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Latest session of each machine: what is stored for good, and whether it is still there';

CREATE TABLE machine_inventory (
  machine_id       INT UNSIGNED NOT NULL COMMENT 'Machine described: machine.id',
  hostname         VARCHAR(255) NOT NULL COMMENT 'The machine''s own idea of its name',
  model            VARCHAR(255) NOT NULL COMMENT 'Maker and model; empty if unknown',
  os               VARCHAR(255) NOT NULL COMMENT 'Operating system and version',
  kernel           VARCHAR(255) NOT NULL COMMENT 'Kernel version',
  cpu_model        VARCHAR(255) NOT NULL COMMENT 'Model of the CPU',
  cpu_count        INT UNSIGNED NOT NULL COMMENT 'Logical CPUs; 0 if unknown',
  mem_total_bytes  BIGINT UNSIGNED NOT NULL COMMENT 'Memory fitted, bytes; 0 if unknown',
  virtualization   VARCHAR(255) NOT NULL COMMENT 'none for bare metal, else the hypervisor; empty if unknown',
  updated_at       DATETIME(3)  NOT NULL COMMENT 'When the probe last said so, UTC',
  PRIMARY KEY (machine_id),
  CONSTRAINT machine_inventory_of_machine FOREIGN KEY (machine_id) REFERENCES machine (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='What each machine is made of, as its probe found it';

CREATE TABLE gpu (
  id               INT UNSIGNED NOT NULL AUTO_INCREMENT COMMENT 'Identity of the card in its machine',
  machine_id       INT UNSIGNED NOT NULL COMMENT 'Machine that it was seen in: machine.id',
  uuid             VARCHAR(255) COLLATE utf8mb4_bin NOT NULL COMMENT 'The card''s own identity, the same in every slot',
  slot             TINYINT UNSIGNED NOT NULL COMMENT 'Its number in the machine, from 0, when last seen',
  model            VARCHAR(255) NOT NULL COMMENT 'Model of the card',
  pci_bus_id       VARCHAR(255) NOT NULL COMMENT 'Where it is plugged in; empty if unknown',
  slowdown_temp_c  INT NULL COMMENT 'Core temperature at which it slows itself down, °C',
  shutdown_temp_c  INT NULL COMMENT 'Core temperature at which it turns itself off, °C',
  mem_max_temp_c   INT NULL COMMENT 'Highest safe memory temperature, °C',
  first_seen_at    DATETIME(3) NOT NULL COMMENT 'When an inventory first named it, UTC',
  last_seen_at     DATETIME(3) NOT NULL COMMENT 'When an inventory last named it, UTC',
  PRIMARY KEY (id),
  UNIQUE KEY gpu_by_uuid (machine_id, uuid) COMMENT 'Find the card of a reading',
  CONSTRAINT gpu_of_machine FOREIGN KEY (machine_id) REFERENCES machine (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Every card ever seen in a machine';

CREATE TABLE reading (
  machine_id             INT UNSIGNED NOT NULL COMMENT 'Machine: machine.id',
  taken_at               DATETIME(3)  NOT NULL COMMENT 'When it was taken, UTC by the machine''s clock',
  sequence               BIGINT UNSIGNED NOT NULL COMMENT 'Number of the reading in the probe''s own counting; tells two of the same moment apart',
  cpu_temp_c             DECIMAL(5,1) NULL COMMENT 'Temperature of the hottest CPU package, °C',
  cpu_util_percent       DECIMAL(4,1) NULL COMMENT 'CPU time not idle, over all cores, %',
  load_1m                DECIMAL(8,2) NULL COMMENT 'Load average over 1 minute',
  load_5m                DECIMAL(8,2) NULL COMMENT 'Load average over 5 minutes',
  load_15m               DECIMAL(8,2) NULL COMMENT 'Load average over 15 minutes',
  load_per_core          DECIMAL(8,2) NULL COMMENT 'Load average over 1 minute per logical core',
  cpu_steal_percent      DECIMAL(4,1) NULL COMMENT 'CPU time that the hypervisor gave to other machines, %',
  mem_used_bytes         BIGINT UNSIGNED NULL COMMENT 'Memory in use, without caches, bytes',
  mem_total_bytes        BIGINT UNSIGNED NULL COMMENT 'Memory fitted, bytes',
  mem_used_percent       DECIMAL(4,1) NULL COMMENT 'Memory in use, without caches, %',
  swap_used_bytes        BIGINT UNSIGNED NULL COMMENT 'Swap space in use, bytes',
  fs_used_percent        DECIMAL(4,1) NULL COMMENT 'Use of the fullest local filesystem, %',
  disk_read_bytes_per_s  BIGINT UNSIGNED NULL COMMENT 'Bytes read from all disks per second',
  disk_write_bytes_per_s BIGINT UNSIGNED NULL COMMENT 'Bytes written to all disks per second',
  net_rx_bytes_per_s     BIGINT UNSIGNED NULL COMMENT 'Bytes received on all physical interfaces per second',
  net_tx_bytes_per_s     BIGINT UNSIGNED NULL COMMENT 'Bytes sent on all physical interfaces per second',
  fan_rpm                INT UNSIGNED NULL COMMENT 'Speed of the fastest fan of the machine, revolutions per minute',
  uptime_s               INT UNSIGNED NULL COMMENT 'Time since the machine started, seconds',
  process_count          INT UNSIGNED NULL COMMENT 'Processes on the machine',
  spool_used_percent     DECIMAL(4,1) NULL COMMENT 'How full the probe''s spool of unsent readings is, %',
  PRIMARY KEY (machine_id, taken_at, sequence)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='One moment of one machine; partitioned by day (the collector makes the days ahead)'
PARTITION BY RANGE COLUMNS (taken_at) (
  PARTITION p_before VALUES LESS THAN ('2026-01-01'),
  PARTITION p_future VALUES LESS THAN (MAXVALUE)
);

CREATE TABLE gpu_reading (
  gpu_id                    INT UNSIGNED NOT NULL COMMENT 'Card: gpu.id',
  taken_at                  DATETIME(3)  NOT NULL COMMENT 'When it was taken, UTC by the machine''s clock',
  sequence                  BIGINT UNSIGNED NOT NULL COMMENT 'Number of the reading that it belongs to: reading.sequence',
  machine_id                INT UNSIGNED NOT NULL COMMENT 'Machine: machine.id',
  gpu_temp_c                DECIMAL(5,1) NULL COMMENT 'Core temperature, °C',
  gpu_mem_temp_c            DECIMAL(5,1) NULL COMMENT 'Memory temperature, °C',
  gpu_slowdown_margin_c     DECIMAL(5,1) NULL COMMENT 'Degrees left until it slows down, °C',
  gpu_util_percent          DECIMAL(4,1) NULL COMMENT 'Time in which a kernel was running, %',
  gpu_mem_used_bytes        BIGINT UNSIGNED NULL COMMENT 'Memory in use, bytes',
  gpu_mem_total_bytes       BIGINT UNSIGNED NULL COMMENT 'Memory fitted, bytes',
  gpu_power_w               DECIMAL(6,1) NULL COMMENT 'Power drawn, W',
  gpu_power_limit_w         DECIMAL(6,1) NULL COMMENT 'Power limit in force, W',
  gpu_sm_clock_mhz          INT UNSIGNED NULL COMMENT 'Clock of the streaming multiprocessors, MHz',
  gpu_mem_clock_mhz         INT UNSIGNED NULL COMMENT 'Memory clock, MHz',
  gpu_fan_percent           DECIMAL(4,1) NULL COMMENT 'Intended fan speed, %',
  gpu_throttle_reasons      BIGINT UNSIGNED NULL COMMENT 'Bit set of the reasons for lowered clocks, as NVML numbers them',
  gpu_ecc_corrected_count   BIGINT UNSIGNED NULL COMMENT 'Corrected memory errors since the driver was loaded',
  gpu_ecc_uncorrected_count BIGINT UNSIGNED NULL COMMENT 'Uncorrected memory errors since the driver was loaded',
  PRIMARY KEY (gpu_id, taken_at, sequence)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='One moment of one card; partitioned by day like reading'
PARTITION BY RANGE COLUMNS (taken_at) (
  PARTITION p_before VALUES LESS THAN ('2026-01-01'),
  PARTITION p_future VALUES LESS THAN (MAXVALUE)
);

CREATE TABLE reading_rejected (
  id           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT COMMENT 'Identity of the entry',
  machine_id   INT UNSIGNED NOT NULL COMMENT 'Machine that sent it: machine.id at that time',
  boot_id      BINARY(16)   NOT NULL COMMENT 'Numbering that the sequence belongs to',
  sequence     BIGINT UNSIGNED NOT NULL COMMENT 'Number of the reading',
  taken_at     DATETIME(3)  NULL COMMENT 'When it was taken, UTC by the machine''s clock',
  reason       VARCHAR(500) NOT NULL COMMENT 'What the database or the collector said against it',
  content      TEXT         NOT NULL COMMENT 'The reading as text, for a person',
  rejected_at  DATETIME(3)  NOT NULL DEFAULT (UTC_TIMESTAMP(3)) COMMENT 'When it was rejected, UTC',
  PRIMARY KEY (id),
  UNIQUE KEY reading_rejected_once (machine_id, boot_id, sequence) COMMENT 'A replay is harmless'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Readings that could not be stored as they were; none is lost';

CREATE TABLE alarm (
  id               BIGINT UNSIGNED NOT NULL AUTO_INCREMENT COMMENT 'Number of the alarm, as mails and commands name it',
  machine_id       INT UNSIGNED NOT NULL COMMENT 'Machine in danger: machine.id',
  component        VARCHAR(255) COLLATE utf8mb4_bin NOT NULL DEFAULT '' COMMENT 'UUID of the GPU; empty for the machine itself',
  metric           VARCHAR(40)  NOT NULL COMMENT 'Metric beyond its limit; silent_s: not heard of; test: a test',
  severity         ENUM('warning','critical') NOT NULL COMMENT 'How bad',
  state            ENUM('pending','firing','cleared') NOT NULL COMMENT 'pending: beyond the limit, not for long enough yet; firing; cleared: over',
  is_open          TINYINT UNSIGNED NULL DEFAULT 1 COMMENT '1 while pending or firing, NULL once cleared: one open alarm a condition',
  pending_since    DATETIME(3)  NOT NULL COMMENT 'First reading beyond the limit, UTC by the machine''s clock',
  raised_at        DATETIME(3)  NULL COMMENT 'Reading that raised it, UTC by the machine''s clock; NULL while pending',
  cleared_at       DATETIME(3)  NULL COMMENT 'Reading that cleared it, UTC by the machine''s clock',
  raise_at         DECIMAL(20,2) NULL COMMENT 'Limit when it was raised, in the metric''s unit',
  clear_at         DECIMAL(20,2) NULL COMMENT 'Value from which on it was to be cleared',
  raised_value     DECIMAL(20,2) NULL COMMENT 'Value that raised it, in the metric''s unit',
  cleared_value    DECIMAL(20,2) NULL COMMENT 'Value that cleared it, in the metric''s unit',
  mailed_at        DATETIME(3)  NULL COMMENT 'When a mail saying so was last put into the outbox, UTC; NULL: nobody was told yet',
  acknowledged_at  DATETIME(3)  NULL COMMENT 'When somebody took it on, UTC: no more repeats',
  acknowledged_by  VARCHAR(100) NULL COMMENT 'Who took it on',
  PRIMARY KEY (id),
  UNIQUE KEY alarm_open_once (machine_id, component, metric, severity, is_open) COMMENT 'Alarms of a machine when its session opens; at most one open a condition',
  KEY alarm_by_state (is_open, state) COMMENT 'Open alarms of all machines: alarm_open, repeats',
  CONSTRAINT alarm_of_machine FOREIGN KEY (machine_id) REFERENCES machine (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Conditions beyond a limit, each from its first reading to its last';

CREATE TABLE alarm_event (
  id           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT COMMENT 'Identity of the event',
  alarm_id     BIGINT UNSIGNED NOT NULL COMMENT 'Alarm that it happened to: alarm.id',
  kind         ENUM('raised','repeated','acknowledged','cleared') NOT NULL COMMENT 'What happened',
  happened_at  DATETIME(3)  NOT NULL COMMENT 'When: for raised and cleared the reading''s own time, UTC',
  recorded_at  DATETIME(3)  NOT NULL DEFAULT (UTC_TIMESTAMP(3)) COMMENT 'When the collector stored it, UTC',
  value        DECIMAL(20,2) NULL COMMENT 'Value at that time, in the metric''s unit',
  note         VARCHAR(255) NULL COMMENT 'For people, for example who acknowledged',
  PRIMARY KEY (id),
  KEY alarm_event_by_alarm (alarm_id, id) COMMENT 'History of an alarm: mails, alarm show',
  CONSTRAINT alarm_event_of_alarm FOREIGN KEY (alarm_id) REFERENCES alarm (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='What happened to each alarm, in order';

CREATE TABLE mail_outbox (
  id               BIGINT UNSIGNED NOT NULL AUTO_INCREMENT COMMENT 'Identity of the mail',
  alarm_id         BIGINT UNSIGNED NOT NULL COMMENT 'Alarm that it tells of: alarm.id',
  kind             ENUM('raised','repeated','cleared','past') NOT NULL COMMENT 'What it says; past: it was so from … to …, learnt afterwards',
  recipient        VARCHAR(254) NOT NULL COMMENT 'Address that it goes to: the owner''s when the mail fell due',
  message_id       VARCHAR(100) NOT NULL COMMENT 'Message-ID header, the same in every attempt',
  state            ENUM('pending','sent','rejected') NOT NULL DEFAULT 'pending' COMMENT 'pending: to be sent; sent: the mail server took it; rejected: it never will',
  attempts         INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'How often sending was tried',
  next_attempt_at  DATETIME(3)  NOT NULL DEFAULT (UTC_TIMESTAMP(3)) COMMENT 'Not before this time, UTC',
  last_error       VARCHAR(500) NULL COMMENT 'What the mail server said last',
  subject          VARCHAR(500) NULL COMMENT 'Subject it was last tried with',
  created_at       DATETIME(3)  NOT NULL DEFAULT (UTC_TIMESTAMP(3)) COMMENT 'When it fell due, UTC',
  sent_at          DATETIME(3)  NULL COMMENT 'When the mail server took it, UTC',
  PRIMARY KEY (id),
  UNIQUE KEY mail_outbox_by_message_id (message_id) COMMENT 'Find a mail by its header',
  KEY mail_outbox_due (state, next_attempt_at, id) COMMENT 'Mails to send now: mail workers',
  KEY mail_outbox_by_alarm (alarm_id) COMMENT 'Mails of an alarm: alarm test, alarm show',
  CONSTRAINT mail_outbox_of_alarm FOREIGN KEY (alarm_id) REFERENCES alarm (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Mails owed to owners, until a mail server has taken them';

-- A machine is watched from the moment it is registered. Change these with `limit set`, or here.
INSERT INTO fleet_limit (metric, severity, raise_at, clear_at, for_s) VALUES
  ('cpu_temp_c',         'warning',   80,   75,    60),
  ('cpu_temp_c',         'critical',  90,   85,    10),
  ('gpu_temp_c',         'warning',   83,   78,    60),
  ('gpu_temp_c',         'critical',  90,   85,    10),
  ('gpu_mem_temp_c',     'warning',   95,   90,    60),
  ('gpu_mem_temp_c',     'critical',  105,  100,   10),
  ('load_per_core',      'warning',   2,    1.5,   300),
  ('load_per_core',      'critical',  4,    3,     600),
  ('mem_used_percent',   'warning',   95,   90,    300),
  ('fs_used_percent',    'warning',   90,   88,    60),
  ('fs_used_percent',    'critical',  97,   95,    60),
  ('cpu_steal_percent',  'warning',   20,   10,    600),
  ('spool_used_percent', 'warning',   50,   40,    60),
  ('silent_s',           'critical',  60,   60,    0),
  ('clock_skew_s',       'warning',   30,   20,    0);
