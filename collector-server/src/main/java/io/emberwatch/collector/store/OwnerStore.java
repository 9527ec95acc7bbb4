package io.emberwatch.collector.store;

import io.emberwatch.collector.model.Owner;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Table {@code owner}. Every method works in the caller's transaction. Thread-safe. */
public final class OwnerStore {
    /** Every owner, by name. */
    public List<Owner> list(Connection connection) throws SQLException {
        return Sql.list(connection, "SELECT * FROM owner ORDER BY name", OwnerStore::owner);
    }

    public Optional<Owner> find(Connection connection, String name) throws SQLException {
        return Sql.one(connection, "SELECT * FROM owner WHERE name = ?", OwnerStore::owner, name);
    }

    /**
     * Registers an owner and returns its {@code owner.id}.
     *
     * @throws java.sql.SQLIntegrityConstraintViolationException if the name is taken
     */
    public int add(Connection connection, Owner.Details owner) throws SQLException {
        return Math.toIntExact(Sql.insert(
                connection,
                "INSERT INTO owner (name, mail, phone, notes) VALUES (?, ?, ?, ?)",
                owner.name(),
                owner.mail(),
                owner.phone(),
                owner.notes()));
    }

    /**
     * Replaces what is said about an owner.
     *
     * @throws java.sql.SQLIntegrityConstraintViolationException if the name is taken
     */
    public void edit(Connection connection, int ownerId, Owner.Details owner) throws SQLException {
        Sql.update(
                connection,
                "UPDATE owner SET name = ?, mail = ?, phone = ?, notes = ? WHERE id = ?",
                owner.name(),
                owner.mail(),
                owner.phone(),
                owner.notes(),
                ownerId);
    }

    /**
     * Removes an owner.
     *
     * @throws java.sql.SQLIntegrityConstraintViolationException if machines are still theirs
     */
    public void remove(Connection connection, int ownerId) throws SQLException {
        Sql.update(connection, "DELETE FROM owner WHERE id = ?", ownerId);
    }

    private static Owner owner(ResultSet row) throws SQLException {
        Owner.Details details = new Owner.Details(
                row.getString("name"),
                row.getString("mail"),
                Sql.optionalText(row, "phone"),
                Sql.optionalText(row, "notes"));
        return new Owner(row.getInt("id"), details);
    }
}
