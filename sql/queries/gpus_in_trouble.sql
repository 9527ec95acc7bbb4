-- Cards in trouble now, and whom to call: cannot be read, need a reset or a restart, missing, a fatal error in the last
-- hour, heat that slows them down, or memory that failed. A gpu_driver_fault concerns all cards of the machine. A probe that
-- was restarted does not know what was before (gpu_fatal_xid is NULL); the alarm and last_xid do. A card that is no hotter
-- than it means to be is in no trouble, however near that is to its slowdown.
SELECT g.machine, g.slot, g.model, g.uuid, g.pci_bus_id, g.is_missing, g.gpu_fault, m.gpu_driver_fault, g.gpu_fatal_xid,
       g.last_xid, g.gpu_thermal_throttling, g.gpu_slowdown_margin_c, g.gpu_ecc_uncorrected_count, g.gpu_row_remap_failed,
       g.silent_s, o.name AS owner, o.phone
FROM gpu_now g
JOIN machine_now m ON m.machine = g.machine
JOIN owner o ON o.name = g.owner
WHERE g.is_missing = 1 OR g.gpu_fault > 0 OR g.gpu_fatal_xid > 0 OR g.gpu_thermal_throttling = 1
   OR (g.gpu_slowdown_margin_c <= 3 AND (g.gpu_temp_c <= g.target_temp_c AND g.target_temp_c < g.slowdown_temp_c) IS NOT TRUE)
   OR g.gpu_ecc_uncorrected_count > 0 OR g.gpu_row_remap_failed = 1
   OR (m.gpu_driver_fault > 0 AND g.retired_at IS NULL)
   OR EXISTS (SELECT 1 FROM alarm a JOIN machine x ON x.id = a.machine_id WHERE x.name = g.machine AND a.component = g.uuid
              AND a.metric = 'gpu_fatal_xid' AND a.is_history = 0 AND a.is_open = 1 AND a.state = 'firing')
ORDER BY g.machine, g.slot;
