package io.emberwatch.probe.status;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * A listening socket in the file system that only its owner and root can connect to. What a dead process left in its
 * place is replaced; a socket that somebody listens on, and any other file, stays.
 */
final class StatusSocket implements AutoCloseable {
    /** Connections that wait to be answered; more are turned away or wait for a place. */
    private static final int BACKLOG = 4;

    private final Path file;
    private final ServerSocketChannel channel;
    private final Optional<Object> identity;

    private StatusSocket(Path file, ServerSocketChannel channel, Optional<Object> identity) {
        this.file = file;
        this.channel = channel;
        this.identity = identity;
    }

    /** @throws IOException that says what stands in the way */
    static StatusSocket open(Path file) throws IOException {
        requireFree(file);
        // Bound under another name and moved when it is private: so nobody else can connect, and the old one is
        // replaced at once.
        Path fresh = file.resolveSibling(
                file.getFileName() + "." + ProcessHandle.current().pid());
        Files.deleteIfExists(fresh);
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(fresh), BACKLOG);
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            return new StatusSocket(file, channel, identityOf(file));
        } catch (IOException | RuntimeException e) {
            channel.close();
            Files.deleteIfExists(fresh);
            throw e;
        }
    }

    SocketChannel accept() throws IOException {
        return channel.accept();
    }

    /** Takes the file away too, unless another process has put its own there. */
    @Override
    public void close() throws IOException {
        channel.close();
        if (identity.isPresent() && identityOf(file).equals(identity)) {
            Files.deleteIfExists(file);
        }
    }

    private static void requireFree(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!attributes(file).isOther()) {
            throw new IOException("a file of that name is no socket: take it away");
        }
        if (isListenedTo(file)) {
            throw new IOException("another probe answers there: stop one of the two");
        }
    }

    /** Also where that cannot be found out: it is not ours to take away. */
    private static boolean isListenedTo(Path file) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // A listener whose backlog is full makes this fail or stay pending, and not wait.
            channel.configureBlocking(false);
            return channel.connect(UnixDomainSocketAddress.of(file)) || channel.isConnectionPending();
        } catch (ConnectException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static Optional<Object> identityOf(Path file) throws IOException {
        try {
            return Optional.ofNullable(attributes(file).fileKey());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
