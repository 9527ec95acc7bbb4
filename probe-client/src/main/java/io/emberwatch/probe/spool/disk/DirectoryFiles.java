package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.spool.Spool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** A real directory, which only its owner can read. */
final class DirectoryFiles implements SpoolFiles {
    private static final String LOCK = "spool.lock";
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path directory;
    private Optional<FileChannel> lock = Optional.empty();

    DirectoryFiles(Path directory) {
        this.directory = directory;
    }

    @Override
    public void prepare() throws IOException {
        makeDirectory();
        if (lock.isPresent() && Files.exists(directory.resolve(LOCK))) {
            return;
        }
        close();
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    directory.resolve(LOCK), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OWNERS_FILE);
        } catch (IOException e) {
            // Where this cannot be written nothing can, so there is nobody to keep out; reading still works.
            return;
        }
        lock = Optional.of(channel);
        if (!isLocked(channel)) {
            close();
            throw new Spool.InUseException(directory + " is in use by another probe: stop that one, or give this one a"
                    + " directory of its own (spool.directory)");
        }
    }

    @Override
    public SortedMap<String, Long> list() throws IOException {
        SortedMap<String, Long> sizes = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                    sizes.put(entry.getFileName().toString(), Files.size(entry));
                }
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        return sizes;
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(directory.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void read(String name, long offset, ByteBuffer into) throws IOException {
        try (FileChannel channel = FileChannel.open(directory.resolve(name), StandardOpenOption.READ)) {
            long position = offset;
            int read = channel.read(into, position);
            while (read > 0 && into.hasRemaining()) {
                position += read;
                read = channel.read(into, position);
            }
        }
    }

    @Override
    public Writable create(String name) throws IOException {
        return new Open(FileChannel.open(
                directory.resolve(name), Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNERS_FILE));
    }

    @Override
    public Writable open(String name) throws IOException {
        return new Open(FileChannel.open(directory.resolve(name), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    @Override
    public void forceDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        if (lock.isPresent()) {
            FileChannel channel = lock.get();
            lock = Optional.empty();
            channel.close();
        }
    }

    private void makeDirectory() throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        try {
            Files.createDirectories(directory, OWNERS_FOLDER);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(directory + " is not a directory", e);
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (IllegalStateException e) {
            // Another spool of this process has it.
            return false;
        }
    }

    private record Open(FileChannel channel) implements Writable {
        @Override
        public void write(long offset, ByteBuffer bytes) throws IOException {
            long position = offset;
            while (bytes.hasRemaining()) {
                position += channel.write(bytes, position);
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
