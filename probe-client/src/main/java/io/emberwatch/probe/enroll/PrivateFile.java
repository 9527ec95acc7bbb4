package io.emberwatch.probe.enroll;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;
import java.util.Set;

/**
 * A file that only its owner can read, replaced as a whole or not at all. What is not committed leaves nothing behind,
 * also if the process is asked to stop; not thread-safe otherwise.
 */
public final class PrivateFile implements AutoCloseable {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path target;
    private final Path temporary;
    private final Thread cleaner;

    private PrivateFile(Path target, Path temporary) {
        this.target = target;
        this.temporary = temporary;
        this.cleaner = new Thread(this::discard, "enroll-cleaner");
        Runtime.getRuntime().addShutdownHook(cleaner);
    }

    /**
     * Prepares to replace {@code file}, so that whatever could keep it from being written shows now. Its folder is made
     * if it is missing. A link stays, and what it leads to is replaced.
     *
     * @throws IOException if it cannot be written, or not be given to its owner
     */
    public static PrivateFile prepare(Path file, FileOwner owner) throws IOException {
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        if (Files.isDirectory(target)) {
            throw new IOException(target + " is a folder");
        }
        Path folder = target.getParent();
        makeFolder(folder);
        PrivateFile prepared = new PrivateFile(
                target, Files.createTempFile(folder, "." + target.getFileName() + ".", ".new", OWNER_ONLY));
        try {
            prepared.giveTo(owner);
            return prepared;
        } catch (IOException | RuntimeException e) {
            prepared.close();
            throw e;
        }
    }

    /** The user who will own it. */
    public String owner() throws IOException {
        return Files.getOwner(temporary).getName();
    }

    /** Writes all of it, onto the disk, without anybody seeing it yet. */
    public void write(String content) throws IOException {
        // Not created anew: once the cleaner has been there, it is to stay away.
        try (FileChannel channel =
                FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /** Puts what was written in the place of the file. */
    public void commit() throws IOException {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    @Override
    public void close() {
        discard();
        try {
            Runtime.getRuntime().removeShutdownHook(cleaner);
        } catch (IllegalStateException e) {
            // The process is being stopped, and the cleaner does its work.
            return;
        }
    }

    private void discard() {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            System.err.println("emberwatch-probe: delete " + temporary + ": " + e);
        }
    }

    private void giveTo(FileOwner owner) throws IOException {
        UserPrincipalLookupService users = temporary.getFileSystem().getUserPrincipalLookupService();
        boolean isRoot = Files.getAttribute(temporary, "unix:uid").equals(0);
        Optional<UserPrincipal> user = owner.choose(isRoot, users::lookupPrincipalByName);
        if (user.isEmpty() || user.get().equals(Files.getOwner(temporary))) {
            return;
        }
        PosixFileAttributeView view = Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
        Optional<GroupPrincipal> group = groupOf(user.get(), users);
        if (group.isPresent()) {
            view.setGroup(group.get());
        }
        view.setOwner(user.get());
    }

    /** A service's group has its user's name, or it does not matter: others than the owner have no rights. */
    private static Optional<GroupPrincipal> groupOf(UserPrincipal user, UserPrincipalLookupService users)
            throws IOException {
        try {
            return Optional.of(users.lookupPrincipalByGroupName(user.getName()));
        } catch (UserPrincipalNotFoundException e) {
            return Optional.empty();
        }
    }

    private static void makeFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            // Whatever the umask: the probe's user must get through to its file.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }
}
