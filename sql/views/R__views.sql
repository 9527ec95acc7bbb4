-- The public face of the database, for people and tools with SQL: these names and columns stay, the tables may change.
-- Run again as a whole whenever this file changes. All times are UTC. A value that is NULL could not be measured.
-- They are read with the rights of who asks, so SELECT on the schema is enough and no definer has to exist.

-- The latest reading of each machine, one row a machine; a machine that has never sent one has NULLs.
--   state     open: connected; stopped: its probe said goodbye; lost: it vanished; NULL: it has never connected
--   silent_s  seconds since something of it was last stored
--   virtualization     none: bare metal; else the hypervisor's name; empty or NULL: not known
--   temp_sensor_count  0: nothing in it tells a temperature of its CPUs, as on most virtual machines; NULL: not known
CREATE OR REPLACE SQL SECURITY INVOKER VIEW machine_now AS
SELECT
  m.name AS machine, o.name AS owner, s.state,
  TIMESTAMPDIFF(SECOND, s.last_heard_at, UTC_TIMESTAMP()) AS silent_s,
  s.last_heard_at, r.taken_at,
  -- BEGIN metrics of MACHINE, generated from the catalogue
  r.cpu_temp_c, r.cpu_util_percent, r.load_1m, r.load_5m, r.load_15m, r.load_per_core, r.cpu_steal_percent,
  r.mem_used_bytes, r.mem_total_bytes, r.mem_used_percent, r.swap_used_bytes, r.fs_used_percent,
  r.disk_read_bytes_per_s, r.disk_write_bytes_per_s, r.net_rx_bytes_per_s, r.net_tx_bytes_per_s, r.fan_rpm, r.uptime_s,
  r.process_count, r.spool_used_percent, r.nvme_temp_c, r.mem_temp_c, r.fan_min_rpm, r.gpu_driver_fault,
  r.cpu_pressure_percent, r.mem_pressure_percent, r.io_pressure_percent, r.rejected_value_count, r.cpu_margin_c,
  r.nvme_margin_c, r.disk_temp_c, r.disk_margin_c, r.mem_margin_c, r.temp_alarm_count, r.fs_inodes_used_percent,
  r.fs_read_only_count, r.fs_unreachable_count, r.hung_read_count,
  -- END metrics of MACHINE
  i.virtualization, i.temp_sensor_count
FROM machine m
JOIN owner o ON o.id = m.owner_id
LEFT JOIN machine_inventory i ON i.machine_id = m.id
LEFT JOIN probe_session s ON s.machine_id = m.id
LEFT JOIN reading r ON r.machine_id = s.machine_id AND r.taken_at = s.last_taken_at AND r.sequence = s.last_sequence;

-- The latest reading of each card, one row a card; a card that was not in its machine's latest reading has NULLs.
--   retired_at   when it was found to be taken out, by an admin or because another machine has it; NULL: it is to be there
--   is_missing   1: it is to be there, and is not; 0: it is there, or retired, or has no identity of its own; NULL: the
--                machine's latest reading does not tell
--   target_temp_c  what the card aims for under load; a limit of the fleet on its margin to slowdown leaves it alone up to there
--   claimed_twice_at  since when another machine shows the same card, too; NULL: none does
--   last_xid     the last XID error of the card, as NVIDIA numbers them, and when; NULL: none is known
CREATE OR REPLACE SQL SECURITY INVOKER VIEW gpu_now AS
SELECT
  m.name AS machine, o.name AS owner, g.slot, g.model, g.uuid, g.slowdown_temp_c, g.shutdown_temp_c, g.mem_max_temp_c,
  s.state, TIMESTAMPDIFF(SECOND, s.last_heard_at, UTC_TIMESTAMP()) AS silent_s, r.taken_at,
  -- BEGIN metrics of GPU, generated from the catalogue
  r.gpu_temp_c, r.gpu_mem_temp_c, r.gpu_slowdown_margin_c, r.gpu_util_percent, r.gpu_mem_used_bytes,
  r.gpu_mem_total_bytes, r.gpu_power_w, r.gpu_power_limit_w, r.gpu_sm_clock_mhz, r.gpu_mem_clock_mhz, r.gpu_fan_percent,
  r.gpu_throttle_reasons, r.gpu_ecc_corrected_count, r.gpu_ecc_uncorrected_count, r.gpu_mem_margin_c,
  r.gpu_mem_util_percent, r.gpu_performance_state, r.gpu_thermal_throttling, r.gpu_remapped_row_count,
  r.gpu_row_remap_pending, r.gpu_row_remap_failed, r.gpu_pcie_replay_count, r.gpu_mig_instance_count,
  r.gpu_process_count, r.gpu_fault, r.gpu_hung_s, r.gpu_fatal_xid,
  -- END metrics of GPU
  g.pci_bus_id, g.gpu_max_temp_c, g.target_temp_c, g.retired_at,
  CASE
    WHEN g.retired_at IS NOT NULL OR g.last_seen_at >= i.updated_at THEN 0
    WHEN g.uuid LIKE 'PCI-%' OR g.uuid LIKE 'card-%' THEN 0
    WHEN mr.gpu_driver_fault = 0 THEN 1
  END AS is_missing,
  -- By the whole key backwards: else all errors of the card are read and sorted.
  (SELECT x.xid FROM gpu_xid x WHERE x.gpu_id = g.id
    ORDER BY x.gpu_id DESC, x.taken_at DESC, x.sequence DESC, x.position DESC LIMIT 1) AS last_xid,
  (SELECT x.taken_at FROM gpu_xid x WHERE x.gpu_id = g.id
    ORDER BY x.gpu_id DESC, x.taken_at DESC, x.sequence DESC, x.position DESC LIMIT 1) AS last_xid_at,
  g.claimed_twice_at
FROM gpu g
JOIN machine m ON m.id = g.machine_id
JOIN owner o ON o.id = m.owner_id
LEFT JOIN machine_inventory i ON i.machine_id = m.id
LEFT JOIN probe_session s ON s.machine_id = m.id
LEFT JOIN reading mr ON mr.machine_id = s.machine_id AND mr.taken_at = s.last_taken_at AND mr.sequence = s.last_sequence
LEFT JOIN gpu_reading r ON r.gpu_id = g.id AND r.taken_at = s.last_taken_at AND r.sequence = s.last_sequence;

-- What computes on each card, as far as machines tell it: one row a process and card.
--   since  when it was first seen there; as_of: when it was last seen there; both by the machine's clock. A machine that is
--          not heard of any more has its processes still: state and as_of say how much they are worth
CREATE OR REPLACE SQL SECURITY INVOKER VIEW gpu_process_now AS
SELECT
  m.name AS machine, o.name AS owner, g.slot, g.model, g.uuid, p.pid, p.name, p.user_name, p.mem_used_bytes,
  p.first_seen_at AS since, p.last_seen_at AS as_of, s.state
FROM gpu_process p
JOIN gpu g ON g.id = p.gpu_id
JOIN machine m ON m.id = g.machine_id
JOIN owner o ON o.id = m.owner_id
LEFT JOIN probe_session s ON s.machine_id = m.id
WHERE p.ended_at IS NULL;

-- Alarms that are not over, with whom to call. Those that are judged from history that still comes in are not among them.
--   state     pending: beyond the limit, not for long enough yet; firing
--   gpu_slot  the card concerned, by its number in the machine; NULL for the machine itself
--   returned_count  how often it was cleared and raised again since raised_at, too soon to be an alarm of its own
CREATE OR REPLACE SQL SECURITY INVOKER VIEW alarm_open AS
SELECT
  a.id AS alarm, m.name AS machine, g.slot AS gpu_slot, g.model AS gpu_model, a.metric, a.severity, a.state,
  a.raise_at, a.raised_value, a.pending_since, a.raised_at, a.mailed_at, a.acknowledged_at, a.acknowledged_by,
  m.location, o.name AS owner, o.phone, o.mail, a.returned_count, a.returned_at
FROM alarm a
JOIN machine m ON m.id = a.machine_id
JOIN owner o ON o.id = m.owner_id
LEFT JOIN gpu g ON g.machine_id = a.machine_id AND g.uuid = a.component
WHERE a.is_open = 1 AND a.is_history = 0 AND a.state <> 'cleared';

-- The limits in force for each machine: its own, else the fleet's. Limits of single cards are in machine_limit only. A limit
-- of the fleet on gpu_slowdown_margin_c counts for a card not before one degree above gpu_now.target_temp_c.
--   set_for     machine: its own; fleet: everybody's
--   raise_at    NULL: switched off
--   counts_for  all; cards_without_margin, machines_without_margin: only those that do not tell how far they, or their
--               parts, are from their own limit, because of those that do that is judged; nobody: the machine's own limit
--               on that temperature takes its place
CREATE OR REPLACE SQL SECURITY INVOKER VIEW limit_in_force AS
SELECT
  m.name AS machine, l.metric, l.severity, l.raise_at, l.clear_at, l.for_s, 'machine' AS set_for, m.id AS machine_id,
  'all' AS counts_for
FROM machine m
JOIN machine_limit l ON l.machine_id = m.id AND l.component = ''
UNION ALL
SELECT
  m.name, f.metric, f.severity, f.raise_at, f.clear_at, f.for_s, 'fleet', m.id,
  CASE
    WHEN f.metric IN ('gpu_slowdown_margin_c', 'gpu_mem_margin_c', 'cpu_margin_c', 'nvme_margin_c', 'disk_margin_c',
      'mem_margin_c') AND p.machine_id IS NOT NULL THEN 'nobody'
    -- Only a temperature has a margin to look for, see below.
    WHEN CASE WHEN p.machine_id IS NULL THEN fp.raise_at ELSE p.raise_at END IS NULL THEN 'all'
    WHEN f.metric IN ('gpu_temp_c', 'gpu_mem_temp_c') THEN 'cards_without_margin'
    WHEN f.metric IN ('cpu_temp_c', 'nvme_temp_c', 'disk_temp_c', 'mem_temp_c') THEN 'machines_without_margin'
    ELSE 'all'
  END
FROM machine m
CROSS JOIN fleet_limit f
LEFT JOIN machine_limit l
  ON l.machine_id = m.id AND l.component = '' AND l.metric = f.metric AND l.severity = f.severity
-- The other limit on the same heat: the machine's own, and the fleet's.
LEFT JOIN machine_limit p
  ON p.machine_id = m.id AND p.component = '' AND p.severity = f.severity AND p.metric = CASE f.metric
    WHEN 'gpu_temp_c' THEN 'gpu_slowdown_margin_c' WHEN 'gpu_slowdown_margin_c' THEN 'gpu_temp_c'
    WHEN 'gpu_mem_temp_c' THEN 'gpu_mem_margin_c' WHEN 'gpu_mem_margin_c' THEN 'gpu_mem_temp_c'
    WHEN 'cpu_temp_c' THEN 'cpu_margin_c' WHEN 'cpu_margin_c' THEN 'cpu_temp_c'
    WHEN 'nvme_temp_c' THEN 'nvme_margin_c' WHEN 'nvme_margin_c' THEN 'nvme_temp_c'
    WHEN 'disk_temp_c' THEN 'disk_margin_c' WHEN 'disk_margin_c' THEN 'disk_temp_c'
    WHEN 'mem_temp_c' THEN 'mem_margin_c' WHEN 'mem_margin_c' THEN 'mem_temp_c' END
LEFT JOIN fleet_limit fp
  ON fp.severity = f.severity AND fp.metric = CASE f.metric
    WHEN 'gpu_temp_c' THEN 'gpu_slowdown_margin_c' WHEN 'gpu_mem_temp_c' THEN 'gpu_mem_margin_c' WHEN 'cpu_temp_c' THEN 'cpu_margin_c'
    WHEN 'nvme_temp_c' THEN 'nvme_margin_c' WHEN 'disk_temp_c' THEN 'disk_margin_c' WHEN 'mem_temp_c' THEN 'mem_margin_c' END
WHERE l.machine_id IS NULL;

-- Who owns what, and when they are told: one row a machine, with the limits in force. NULL: no such limit.
--   gpus_with_own_limits  cards with limits of their own, which this row does not show
--   gpu_temp_…            where the machine's own, for every card; else for cards that do not tell their margin
--   gpu_margin_…          degrees from the card's own limit, for cards that tell them; NULL also where the machine's own
--                         limit on the temperature takes its place
--   cpu_temp_…            where the fleet's, for machines that do not tell their CPUs' margin; for others, cpu_margin_…
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
  m.notes, m.created_at,
  MAX(CASE WHEN l.metric = 'gpu_slowdown_margin_c' AND l.severity = 'warning'  AND l.counts_for <> 'nobody' THEN l.raise_at END)
    AS gpu_margin_warning_c,
  MAX(CASE WHEN l.metric = 'gpu_slowdown_margin_c' AND l.severity = 'critical' AND l.counts_for <> 'nobody' THEN l.raise_at END)
    AS gpu_margin_critical_c,
  MAX(CASE WHEN l.metric = 'gpu_mem_margin_c'      AND l.severity = 'warning'  AND l.counts_for <> 'nobody' THEN l.raise_at END)
    AS gpu_mem_margin_warning_c,
  MAX(CASE WHEN l.metric = 'gpu_mem_margin_c'      AND l.severity = 'critical' AND l.counts_for <> 'nobody' THEN l.raise_at END)
    AS gpu_mem_margin_critical_c,
  MAX(CASE WHEN l.metric = 'cpu_margin_c'          AND l.severity = 'warning'  AND l.counts_for <> 'nobody' THEN l.raise_at END)
    AS cpu_margin_warning_c,
  MAX(CASE WHEN l.metric = 'cpu_margin_c'          AND l.severity = 'critical' AND l.counts_for <> 'nobody' THEN l.raise_at END)
    AS cpu_margin_critical_c
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

-- What is wrong with the service itself now, the most urgent first if ordered by urgency: one row a problem. One that was not
-- seen again for two days is over.
--   subject  what it happened to: a machine, a writer, a file, a recipient
CREATE OR REPLACE SQL SECURITY INVOKER VIEW service_problem_open AS
SELECT
  p.urgency, p.kind, p.meaning, p.subject, p.text, p.first_at, p.last_at, p.seen_count, p.collector
FROM service_problem p
WHERE p.is_open = 1 AND p.last_at > UTC_TIMESTAMP(3) - INTERVAL 2 DAY;
