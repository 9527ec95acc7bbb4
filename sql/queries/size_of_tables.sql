-- How much disk each table takes, MiB, and how many partitions it has.
SELECT t.table_name AS table_name, ROUND((t.data_length + t.index_length) / 1048576, 1) AS mib,
       t.table_rows AS rows_about,
       (SELECT COUNT(p.partition_name) FROM information_schema.partitions p
        WHERE p.table_schema = t.table_schema AND p.table_name = t.table_name) AS partitions
FROM information_schema.tables t
WHERE t.table_schema = DATABASE() AND t.table_type = 'BASE TABLE'
ORDER BY mib DESC;
