-- The public face of the database, for people and tools with SQL: these names and columns stay, the tables may change.
-- Run again as a whole whenever this file changes. All times are UTC. A value that is NULL could not be measured.
-- They are read with the rights of who asks, so SELECT on the schema is enough and no definer has to exist.

-- The latest reading of each machine, one row a machine; a machine that has never sent one has NULLs.
--   state     open: connected; stopped: its probe said goodbye; lost: it vanished; NULL: it has never connected
--   silent_s  seconds since something of it was last stored
CREATE OR REPLACE SQL SECURITY INVOKER VIEW machine_now AS
SELECT
  m.name AS machine, o.name AS owner, s.state,
  TIMESTAMPDIFF(SECOND, s.last_heard_at, UTC_TIMESTAMP()) AS silent_s,
  s.last_heard_at, r.taken_at,
  r.cpu_temp_c, r.cpu_util_percent, r.load_1m, r.load_5m, r.load_15m, r.load_per_core, r.cpu_steal_percent,
  r.mem_used_bytes, r.mem_total_bytes, r.mem_used_percent, r.swap_used_bytes, r.fs_used_percent,
  r.disk_read_bytes_per_s, r.disk_write_bytes_per_s, r.net_rx_bytes_per_s, r.net_tx_bytes_per_s,
  r.fan_rpm, r.uptime_s, r.process_count, r.spool_used_percent,
  r.nvme_temp_c, r.mem_temp_c, r.fan_min_rpm, r.gpu_driver_fault
FROM machine m
JOIN owner o ON o.id = m.owner_id
LEFT JOIN probe_session s ON s.machine_id = m.id
LEFT JOIN reading r ON r.machine_id = s.machine_id AND r.taken_at = s.last_taken_at AND r.sequence = s.last_sequence;

-- The latest reading of each card, one row a card; a card that was not in its machine's latest reading has NULLs.
CREATE OR REPLACE SQL SECURITY INVOKER VIEW gpu_now AS
SELECT
  m.name AS machine, o.name AS owner, g.slot, g.model, g.uuid, g.slowdown_temp_c, g.shutdown_temp_c, g.mem_max_temp_c,
  s.state, TIMESTAMPDIFF(SECOND, s.last_heard_at, UTC_TIMESTAMP()) AS silent_s, r.taken_at,
  r.gpu_temp_c, r.gpu_mem_temp_c, r.gpu_slowdown_margin_c, r.gpu_util_percent, r.gpu_mem_used_bytes,
  r.gpu_mem_total_bytes, r.gpu_power_w, r.gpu_power_limit_w, r.gpu_sm_clock_mhz, r.gpu_mem_clock_mhz,
  r.gpu_fan_percent, r.gpu_throttle_reasons, r.gpu_ecc_corrected_count, r.gpu_ecc_uncorrected_count,
  r.gpu_mem_margin_c, r.gpu_mem_util_percent, r.gpu_performance_state, r.gpu_thermal_throttling, r.gpu_remapped_row_count,
  r.gpu_row_remap_pending, r.gpu_row_remap_failed, r.gpu_pcie_replay_count, r.gpu_mig_instance_count, r.gpu_process_count,
  r.gpu_fault, r.gpu_hung_s, r.gpu_fatal_xid
FROM gpu g
JOIN machine m ON m.id = g.machine_id
JOIN owner o ON o.id = m.owner_id
LEFT JOIN probe_session s ON s.machine_id = m.id
LEFT JOIN gpu_reading r ON r.gpu_id = g.id AND r.taken_at = s.last_taken_at AND r.sequence = s.last_sequence;

-- Alarms that are not over, with whom to call. Those that are judged from history that still comes in are not among them.
--   state     pending: beyond the limit, not for long enough yet; firing
--   gpu_slot  the card concerned, by its number in the machine; NULL for the machine itself
CREATE OR REPLACE SQL SECURITY INVOKER VIEW alarm_open AS
SELECT
  a.id AS alarm, m.name AS machine, g.slot AS gpu_slot, g.model AS gpu_model, a.metric, a.severity, a.state,
  a.raise_at, a.raised_value, a.pending_since, a.raised_at, a.mailed_at, a.acknowledged_at, a.acknowledged_by,
  m.location, o.name AS owner, o.phone, o.mail
FROM alarm a
JOIN machine m ON m.id = a.machine_id
JOIN owner o ON o.id = m.owner_id
LEFT JOIN gpu g ON g.machine_id = a.machine_id AND g.uuid = a.component
WHERE a.is_open = 1 AND a.is_history = 0;

-- The limits in force for each machine: its own, else the fleet's. Limits of single cards are in machine_limit only.
--   set_for   machine: its own; fleet: everybody's
--   raise_at  NULL: switched off
CREATE OR REPLACE SQL SECURITY INVOKER VIEW limit_in_force AS
SELECT m.name AS machine, l.metric, l.severity, l.raise_at, l.clear_at, l.for_s, 'machine' AS set_for, m.id AS machine_id
FROM machine m
JOIN machine_limit l ON l.machine_id = m.id AND l.component = ''
UNION ALL
SELECT m.name, f.metric, f.severity, f.raise_at, f.clear_at, f.for_s, 'fleet', m.id
FROM machine m
CROSS JOIN fleet_limit f
LEFT JOIN machine_limit l
  ON l.machine_id = m.id AND l.component = '' AND l.metric = f.metric AND l.severity = f.severity
WHERE l.machine_id IS NULL;

-- Who owns what, and when they are told: one row a machine, with the limits in force. NULL: no such limit.
--   gpus_with_own_limits  cards with limits of their own, which this row does not show
CREATE OR REPLACE SQL SECURITY INVOKER VIEW machine_registry AS
SELECT
  m.name AS machine, COALESCE(m.model, i.model) AS model, m.location, m.ip,
  o.name AS owner, o.phone, o.mail,
  MAX(CASE WHEN l.metric = 'cpu_temp_c'       AND l.severity = 'warning'  THEN l.raise_at END) AS cpu_temp_warning_c,
  MAX(CASE WHEN l.metric = 'cpu_temp_c'       AND l.severity = 'critical' THEN l.raise_at END) AS cpu_temp_critical_c,
  MAX(CASE WHEN l.metric = 'gpu_temp_c'       AND l.severity = 'warning'  THEN l.raise_at END) AS gpu_temp_warning_c,
  MAX(CASE WHEN l.metric = 'gpu_temp_c'       AND l.severity = 'critical' THEN l.raise_at END) AS gpu_temp_critical_c,
  MAX(CASE WHEN l.metric = 'gpu_mem_temp_c'   AND l.severity = 'warning'  THEN l.raise_at END) AS gpu_mem_temp_warning_c,
  MAX(CASE WHEN l.metric = 'gpu_mem_temp_c'   AND l.severity = 'critical' THEN l.raise_at END) AS gpu_mem_temp_critical_c,
  MAX(CASE WHEN l.metric = 'load_per_core'    AND l.severity = 'warning'  THEN l.raise_at END) AS load_per_core_warning,
  MAX(CASE WHEN l.metric = 'load_per_core'    AND l.severity = 'critical' THEN l.raise_at END) AS load_per_core_critical,
  MAX(CASE WHEN l.metric = 'mem_used_percent' AND l.severity = 'warning'  THEN l.raise_at END) AS mem_used_warning_percent,
  MAX(CASE WHEN l.metric = 'fs_used_percent'  AND l.severity = 'warning'  THEN l.raise_at END) AS fs_used_warning_percent,
  MAX(CASE WHEN l.metric = 'fs_used_percent'  AND l.severity = 'critical' THEN l.raise_at END) AS fs_used_critical_percent,
  MAX(CASE WHEN l.metric = 'silent_s'         AND l.severity = 'critical' THEN l.raise_at END) AS silent_critical_s,
  (SELECT COUNT(DISTINCT c.component) FROM machine_limit c WHERE c.machine_id = m.id AND c.component <> '')
    AS gpus_with_own_limits,
  m.notes, m.created_at
FROM machine m
JOIN owner o ON o.id = m.owner_id
LEFT JOIN machine_inventory i ON i.machine_id = m.id
LEFT JOIN limit_in_force l ON l.machine_id = m.id
GROUP BY m.id, m.name, m.model, i.model, m.location, m.ip, o.name, o.phone, o.mail, m.notes, m.created_at;

-- Readings that probes have lost: nothing was measured, or it could not be kept. One row a gap, not for ever: the newest
-- 1000 of each machine.
--   lost    how many readings; NULL: not known, perhaps none
--   reason  spool_full: no room on its disk; too_old: older than it keeps; damaged: could not be read back;
--           power_loss: the machine went down before they were on disk; unknown: a newer probe's reason
CREATE OR REPLACE SQL SECURITY INVOKER VIEW machine_gap AS
SELECT
  m.name AS machine, o.name AS owner, g.from_at, g.to_at, g.reading_count AS lost, g.reason, g.recorded_at
FROM reading_gap g
JOIN machine m ON m.id = g.machine_id
JOIN owner o ON o.id = m.owner_id;
