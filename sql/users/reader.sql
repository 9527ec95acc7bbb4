-- What people and tools with SQL may do: read everything but the keys of machines and the tokens of hosts that enroll
-- (machine_key, enroll_token) and the migrations (schema_history).
--
-- Run by the database's administrator, with the schema as default database: mariadb emberwatch < reader.sql (or mysql);
-- after `emberwatch-collector migrate`, because the tables must be there, and so again after each upgrade.
-- The user must exist; the file takes away whatever it could do before. Put another name or host in place of
-- 'emberwatch_reader'@'localhost' if yours differ, and run it once for each. MySQL 8.0+ and MariaDB 10.6+.

-- Without the schema as default, or before `migrate`, it is to fail here, before anything was taken away.
DO (SELECT COUNT(*) FROM schema_history);

REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'emberwatch_reader'@'localhost';

GRANT SELECT, SHOW VIEW ON machine_now TO 'emberwatch_reader'@'localhost';
GRANT SELECT, SHOW VIEW ON gpu_now TO 'emberwatch_reader'@'localhost';
GRANT SELECT, SHOW VIEW ON gpu_process_now TO 'emberwatch_reader'@'localhost';
GRANT SELECT, SHOW VIEW ON alarm_open TO 'emberwatch_reader'@'localhost';
GRANT SELECT, SHOW VIEW ON limit_in_force TO 'emberwatch_reader'@'localhost';
GRANT SELECT, SHOW VIEW ON machine_registry TO 'emberwatch_reader'@'localhost';
GRANT SELECT, SHOW VIEW ON machine_gap TO 'emberwatch_reader'@'localhost';
GRANT SELECT, SHOW VIEW ON service_problem_open TO 'emberwatch_reader'@'localhost';

-- The views are read with the rights of who asks, so their tables are needed too.
GRANT SELECT ON owner TO 'emberwatch_reader'@'localhost';
GRANT SELECT ON machine TO 'emberwatch_reader'@'localhost';
GRANT SELECT ON fleet_limit TO 'emberwatch_reader'@'localhost';
GRANT SELECT ON machine_limit TO 'emberwatch_reader'@'localhost';
GRANT SELECT ON silence TO 'emberwatch_reader'@'localhost';
GRANT SELECT ON probe_session TO 'emberwatch_reader'@'localhost';
GRANT SELECT ON machine_inventory TO 'emberwatch_reader'@'localhost';
GRANT SELECT ON gpu TO 'emberwatch_reader'@'localhost';
GRANT SELECT ON reading TO 'emberwatch_reader'@'localhost';
GRANT SELECT ON gpu_reading TO 'emberwatch_reader'@'localhost';
GRANT SELECT ON reading_ahead TO 'emberwatch_reader'@'localhost';
GRANT SELECT ON gpu_reading_ahead TO 'emberwatch_reader'@'localhost';
GRANT SELECT ON gpu_xid TO 'emberwatch_reader'@'localhost';
GRANT SELECT ON gpu_process TO 'emberwatch_reader'@'localhost';
GRANT SELECT ON reading_rejected TO 'emberwatch_reader'@'localhost';
GRANT SELECT ON reading_gap TO 'emberwatch_reader'@'localhost';
GRANT SELECT ON alarm TO 'emberwatch_reader'@'localhost';
GRANT SELECT ON alarm_event TO 'emberwatch_reader'@'localhost';
GRANT SELECT ON mail_outbox TO 'emberwatch_reader'@'localhost';
GRANT SELECT ON service_problem TO 'emberwatch_reader'@'localhost';
