-- What the migrator may do: make and change the schema, and nothing outside it. `emberwatch-collector migrate` runs as it;
-- nothing else needs its password.
--
-- Run by the database's administrator, with the schema as default database: mariadb emberwatch < migrator.sql (or mysql).
-- The user must exist; the file takes away whatever it could do before. Put another name or host in place of
-- 'emberwatch_migrator'@'localhost' if yours differ. MySQL 8.0+ and MariaDB 10.6+.

REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'emberwatch_migrator'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP, REFERENCES, CREATE VIEW, SHOW VIEW ON * TO 'emberwatch_migrator'@'localhost';
