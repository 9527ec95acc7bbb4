-- Keys move out of the registry, so that people with SQL may read all of `machine`; and boxes enrol themselves with a token.
-- The hashes of before cannot be turned into verifiers: machines registered under V1 must enrol again (machine rekey).

CREATE TABLE machine_key (
  machine_id     INT UNSIGNED NOT NULL COMMENT 'Machine that the key is of: machine.id',
  stored_key     BINARY(32)   NOT NULL COMMENT 'Checks the proof of a probe; the key cannot be had from it',
  collector_key  BINARY(32)   NOT NULL COMMENT 'With this the collector proves itself to the probe',
  created_at     DATETIME(3)  NOT NULL DEFAULT (UTC_TIMESTAMP(3)) COMMENT 'When the machine was enrolled with this key, UTC',
  PRIMARY KEY (machine_id),
  CONSTRAINT machine_key_of_machine FOREIGN KEY (machine_id) REFERENCES machine (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='What the collector stores of each machine''s key; a machine without a row cannot connect';

CREATE TABLE enroll_token (
  id             INT UNSIGNED NOT NULL AUTO_INCREMENT COMMENT 'Identity of the token',
  secret_hash    BINARY(32)   NOT NULL COMMENT 'SHA-256 of the token''s secret; the secret itself is not stored',
  machine_id     INT UNSIGNED NULL COMMENT 'The one machine it is for: machine.id; NULL: each box becomes a new machine',
  owner_id       INT UNSIGNED NOT NULL COMMENT 'Owner of the new machines: owner.id',
  uses_left      INT UNSIGNED NOT NULL COMMENT 'How many boxes may still enrol with it',
  expires_at     DATETIME(3)  NOT NULL COMMENT 'Not after this time, UTC',
  created_at     DATETIME(3)  NOT NULL DEFAULT (UTC_TIMESTAMP(3)) COMMENT 'When it was made, UTC',
  last_used_at   DATETIME(3)  NULL COMMENT 'When a box last enrolled with it, UTC',
  last_used_from VARCHAR(64)  NULL COMMENT 'Address and port that this box had',
  PRIMARY KEY (id),
  UNIQUE KEY enroll_token_by_hash (secret_hash) COMMENT 'Find a token that a box shows: ENROLL',
  KEY enroll_token_by_expiry (expires_at) COMMENT 'Tokens that are long over: removed when one is made',
  KEY enroll_token_by_machine (machine_id) COMMENT 'Tokens of a machine: machine rekey, machine revoke',
  KEY enroll_token_by_owner (owner_id) COMMENT 'Tokens of an owner: owner remove',
  CONSTRAINT enroll_token_for_machine FOREIGN KEY (machine_id) REFERENCES machine (id) ON DELETE CASCADE,
  CONSTRAINT enroll_token_of_owner FOREIGN KEY (owner_id) REFERENCES owner (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Invitations: who shows one becomes a machine of the fleet';

-- The default is said again because MySQL before 8.0.16 cannot carry it over.
ALTER TABLE machine
  DROP COLUMN key_hash,
  MODIFY COLUMN created_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)) COMMENT 'When the machine was registered, UTC';
