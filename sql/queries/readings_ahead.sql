-- Which machines date readings more than a day ahead, and how far; they are kept apart, for some days.
SELECT m.name AS machine, o.name AS owner, COUNT(*) AS readings, MIN(r.taken_at) AS earliest, MAX(r.taken_at) AS latest,
       MIN(r.stored_at) AS first_stored_at, MAX(r.stored_at) AS last_stored_at
FROM reading_ahead r
JOIN machine m ON m.id = r.machine_id
JOIN owner o ON o.id = m.owner_id
GROUP BY m.id, m.name, o.name
ORDER BY last_stored_at DESC;
