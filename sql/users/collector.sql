-- What the collector may do, table by table: `serve` and every command but `migrate` run as it.
--
-- Run by the database's administrator, with the schema as default database: mariadb emberwatch < collector.sql (or mysql);
-- after `emberwatch-collector migrate`, because the tables must be there, and so again after each upgrade. A collector that
-- runs meanwhile tries again what it was refused in that moment.
-- The user must exist; the file takes away whatever it could do before. Put another name or host in place of
-- 'emberwatch'@'localhost' if yours differ. MySQL 8.0+ and MariaDB 10.6+.

-- Without the schema as default, or before `migrate`, it is to fail here, before anything was taken away.
DO (SELECT COUNT(*) FROM schema_history);

REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'emberwatch'@'localhost';

-- To see whether the schema is the one that it needs.
GRANT SELECT ON schema_history TO 'emberwatch'@'localhost';

-- The registry, which commands change.
GRANT SELECT, INSERT, UPDATE, DELETE ON owner TO 'emberwatch'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON machine TO 'emberwatch'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON machine_key TO 'emberwatch'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON enroll_token TO 'emberwatch'@'localhost';
GRANT SELECT, INSERT, DELETE ON fleet_limit TO 'emberwatch'@'localhost';
GRANT SELECT, INSERT, DELETE ON machine_limit TO 'emberwatch'@'localhost';
GRANT SELECT, INSERT, UPDATE ON silence TO 'emberwatch'@'localhost';

-- What probes tell. ALTER makes the partitions of the days to come; readings can be neither changed nor deleted. DELETE
-- elsewhere is for what is older than the keys retention.… say.
GRANT SELECT, INSERT, UPDATE ON probe_session TO 'emberwatch'@'localhost';
GRANT SELECT, INSERT, UPDATE ON machine_inventory TO 'emberwatch'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON gpu TO 'emberwatch'@'localhost';
GRANT SELECT, INSERT, ALTER ON reading TO 'emberwatch'@'localhost';
GRANT SELECT, INSERT, ALTER ON gpu_reading TO 'emberwatch'@'localhost';
GRANT SELECT, INSERT, DELETE ON reading_ahead TO 'emberwatch'@'localhost';
GRANT SELECT, INSERT, DELETE ON gpu_reading_ahead TO 'emberwatch'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON reading_rejected TO 'emberwatch'@'localhost';
GRANT SELECT, INSERT, DELETE ON gpu_xid TO 'emberwatch'@'localhost';
-- What ended long ago is deleted.
GRANT SELECT, INSERT, UPDATE, DELETE ON gpu_process TO 'emberwatch'@'localhost';
-- The oldest gaps of a machine that has very many are deleted.
GRANT SELECT, INSERT, UPDATE, DELETE ON reading_gap TO 'emberwatch'@'localhost';

-- Alarms and the mails that they owe. An alarm that was pending and came to nothing is deleted, and what was over long ago.
GRANT SELECT, INSERT, UPDATE, DELETE ON alarm TO 'emberwatch'@'localhost';
GRANT SELECT, INSERT, DELETE ON alarm_event TO 'emberwatch'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON mail_outbox TO 'emberwatch'@'localhost';

-- What goes wrong with the service itself. What is old is deleted.
GRANT SELECT, INSERT, UPDATE, DELETE ON service_problem TO 'emberwatch'@'localhost';
