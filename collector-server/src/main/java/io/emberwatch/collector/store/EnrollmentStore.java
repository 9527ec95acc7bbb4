package io.emberwatch.collector.store;

import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.store.EnrollTokenStore.Grant;
import io.emberwatch.protocol.auth.Bytes32;
import io.emberwatch.protocol.auth.MachineKey.KeyVerifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.util.Optional;

/**
 * Turns a token into a machine's key. The token's row is locked first, so that of two hosts with one use left exactly
 * one gets it. Works in the caller's transaction. Stateless and thread-safe.
 */
public final class EnrollmentStore {
    private final EnrollTokenStore tokens = new EnrollTokenStore();
    private final MachineStore machines = new MachineStore();

    /**
     * A host that shows a token.
     *
     * @param machineName what it would be called, if the token does not say it
     * @param verifier of its new key
     * @param from its address and port
     */
    public record Request(Bytes32 tokenSecret, String machineName, KeyVerifier verifier, String from) {}

    /** What comes of it. */
    public sealed interface Outcome {
        /**
         * The machine has this key.
         *
         * @param machineName as it is registered, which may differ from what the host said
         * @param again whether it had it before: the answer was lost, and no further use is spent
         */
        record Enrolled(int tokenId, String machineName, boolean again) implements Outcome {}

        /** Another machine has the name. */
        record NameTaken(int tokenId, String machineName) implements Outcome {}

        /** No such token; it may have been revoked. */
        record Unknown() implements Outcome {}

        record UsedUp(int tokenId) implements Outcome {}

        record Expired(int tokenId) implements Outcome {}
    }

    /** Enrolls a host, or says why not; then nothing has changed. */
    public Outcome enroll(Connection connection, Request request) throws SQLException {
        Optional<Grant> found =
                tokens.lock(connection, Bytes32.sha256(request.tokenSecret().toArray()));
        if (found.isEmpty()) {
            return new Outcome.Unknown();
        }
        Grant grant = found.get();
        Optional<Machine> holder = holderOfKey(connection, grant, request.verifier());
        if (holder.isPresent()) {
            return new Outcome.Enrolled(grant.tokenId(), holder.get().name(), true);
        }
        if (grant.expired()) {
            return new Outcome.Expired(grant.tokenId());
        }
        if (grant.usesLeft() < 1) {
            return new Outcome.UsedUp(grant.tokenId());
        }
        if (grant.machineId().isPresent()) {
            Machine machine = machines.find(connection, grant.machineId().get()).orElseThrow();
            return giveKey(connection, machine, grant, request);
        }
        boolean nameTaken = machines.find(connection, request.machineName()).isPresent();
        return addMachine(connection, nameTaken, grant, request);
    }

    /**
     * The machine that the token may be for and that has this key already. Nobody but the host itself knows its new
     * key: whoever repeats it is that host, whatever it calls itself now.
     */
    private Optional<Machine> holderOfKey(Connection connection, Grant grant, KeyVerifier verifier)
            throws SQLException {
        if (grant.machineId().isEmpty()) {
            return machines.withKey(connection, grant.ownerId(), verifier);
        }
        Optional<Machine> only = machines.find(connection, grant.machineId().get());
        return only.isPresent() && keyOf(connection, only.get()).equals(Optional.of(verifier))
                ? only
                : Optional.empty();
    }

    private Optional<KeyVerifier> keyOf(Connection connection, Machine machine) throws SQLException {
        return machines.credentials(connection, machine.name()).flatMap(Machine.Credentials::verifier);
    }

    private Outcome giveKey(Connection connection, Machine machine, Grant grant, Request request) throws SQLException {
        machines.setKey(connection, machine.id(), request.verifier());
        tokens.use(connection, grant.tokenId(), request.from());
        return new Outcome.Enrolled(grant.tokenId(), machine.name(), false);
    }

    private Outcome addMachine(Connection connection, boolean nameTaken, Grant grant, Request request)
            throws SQLException {
        if (nameTaken) {
            return new Outcome.NameTaken(grant.tokenId(), request.machineName());
        }
        int machineId;
        try {
            machineId = machines.add(connection, Machine.Details.named(request.machineName(), grant.ownerId()));
        } catch (SQLIntegrityConstraintViolationException e) {
            // Between the look and the insert somebody else has taken it, with another token or by command.
            return new Outcome.NameTaken(grant.tokenId(), request.machineName());
        }
        machines.setKey(connection, machineId, request.verifier());
        tokens.use(connection, grant.tokenId(), request.from());
        return new Outcome.Enrolled(grant.tokenId(), request.machineName(), false);
    }
}
