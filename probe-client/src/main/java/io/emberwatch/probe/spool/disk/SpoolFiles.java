package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.spool.Spool;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SortedMap;

/**
 * The few things that the spool does with its directory. What is written or made is safe from a crash of the process at
 * once, and from a loss of power only after {@link Writable#force} and {@link #forceDirectory}.
 *
 * <p>Reading is thread-safe; all else is called by one thread.
 */
public interface SpoolFiles extends Closeable {
    /**
     * Makes the directory if it is missing and keeps other processes out of it; may be called again at any time, for
     * example when somebody has deleted the directory. Where nothing can be written, nobody has to be kept out.
     *
     * @throws Spool.InUseException if another process has it
     */
    void prepare() throws IOException;

    /** The plain files of the directory and their sizes in bytes, by name. */
    SortedMap<String, Long> list() throws IOException;

    boolean exists(String name);

    /**
     * Fills {@code into} from {@code offset} on, as far as there are bytes.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such file
     */
    void read(String name, long offset, ByteBuffer into) throws IOException;

    /** A new file; fails if there is one of this name. */
    Writable create(String name) throws IOException;

    /** A file that exists, to be overwritten in place. */
    Writable open(String name) throws IOException;

    /** Deletes a file; one that is gone already is no error. */
    void delete(String name) throws IOException;

    /** Brings what was created and deleted onto the disk. */
    void forceDirectory() throws IOException;

    /** Lets other processes in. */
    @Override
    void close() throws IOException;

    /** An open file. */
    interface Writable extends Closeable {
        /** Writes all of {@code bytes} at {@code offset}; after an error a part of them may be there. */
        void write(long offset, ByteBuffer bytes) throws IOException;

        /**
         * Brings what was written onto the disk. After an error, what was written since the last time may never get
         * there.
         */
        void force() throws IOException;

        @Override
        void close() throws IOException;
    }
}
