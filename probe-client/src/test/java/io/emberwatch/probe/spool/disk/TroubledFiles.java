package io.emberwatch.probe.spool.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.util.SortedMap;
import java.util.concurrent.CountDownLatch;

/** A directory that can be denied, and whose disk can be made to hang in a write or in a force until it is let go. */
final class TroubledFiles implements SpoolFiles {
    /** Whoever comes to it while it is shut waits. */
    static final class Gate {
        private CountDownLatch shut = new CountDownLatch(0);
        private CountDownLatch reached = new CountDownLatch(0);

        synchronized void close() {
            shut = new CountDownLatch(1);
            reached = new CountDownLatch(1);
        }

        synchronized boolean isShut() {
            return shut.getCount() > 0;
        }

        synchronized void open() {
            shut.countDown();
        }

        /** Waits until somebody hangs. */
        void awaitReached() throws InterruptedException {
            latches()[1].await();
        }

        private void pass() throws IOException {
            CountDownLatch[] latches = latches();
            latches[1].countDown();
            try {
                latches[0].await();
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            }
        }

        private synchronized CountDownLatch[] latches() {
            return new CountDownLatch[] {shut, reached};
        }
    }

    final Gate writes = new Gate();
    final Gate forces = new Gate();
    volatile boolean isDenied;
    /** Whether the next bytes of a segment shut {@link #forces}: their own force is then the first that hangs. */
    volatile boolean nextWriteShutsForces;

    private final SpoolFiles files;

    TroubledFiles(SpoolFiles files) {
        this.files = files;
    }

    boolean hangs() {
        return writes.isShut() || forces.isShut();
    }

    @Override
    public void prepare() throws IOException {
        if (isDenied) {
            throw new AccessDeniedException("/the/spool");
        }
        files.prepare();
    }

    @Override
    public SortedMap<String, Long> list() throws IOException {
        return files.list();
    }

    @Override
    public boolean exists(String name) {
        return files.exists(name);
    }

    @Override
    public void read(String name, long offset, ByteBuffer into) throws IOException {
        files.read(name, offset, into);
    }

    @Override
    public Writable create(String name) throws IOException {
        return new Hanging(name, files.create(name));
    }

    @Override
    public Writable open(String name) throws IOException {
        return new Hanging(name, files.open(name));
    }

    @Override
    public void delete(String name) throws IOException {
        files.delete(name);
    }

    @Override
    public void forceDirectory() throws IOException {
        files.forceDirectory();
    }

    @Override
    public void close() throws IOException {
        files.close();
    }

    private final class Hanging implements Writable {
        private final String name;
        private final Writable file;

        Hanging(String name, Writable file) {
            this.name = name;
            this.file = file;
        }

        @Override
        public void write(long offset, ByteBuffer bytes) throws IOException {
            writes.pass();
            file.write(offset, bytes);
            if (nextWriteShutsForces && name.endsWith(".seg")) {
                nextWriteShutsForces = false;
                forces.close();
            }
        }

        @Override
        public void force() throws IOException {
            forces.pass();
            file.force();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
