import com.sun.jdi.AbsentInformationException;
import com.sun.jdi.Bootstrap;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.ListeningConnector;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.MethodEntryEvent;
import com.sun.jdi.event.ThreadStartEvent;
import com.sun.jdi.request.EventRequest;
import com.sun.jdi.request.MethodEntryRequest;
import com.sun.jdi.request.ThreadStartRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lists the source files of which methods are entered on three ways through the running product, for somebody who wants
 * to know how many files such a way leads through:
 * {@code mvn -q -DskipTests package && java .ci/EnteredFiles.java [CHECKOUT]}. Takes two minutes, more on a busy
 * machine, where a file or two may come or go.
 *
 * <p>{@code emberwatch-collector demo} runs in a folder of its own until a little after its alarm is over. Both of its
 * daemons connect to this program as to a debugger (JDWP, on loopback), which records each entry into a method,
 * constructor or initializer of ours on the threads below, and on no other: chores run elsewhere. Nested classes and
 * lambdas count as the file that they stand in, values and codecs as any other.
 *
 * <ol>
 *   <li>A reading, from frame to SQL: on the event loop of the probe's connection from when it wakes up, and on the
 *       writers, until one commits. The acknowledgement comes later and is not part of it.
 *   <li>A sample, from sampler to socket: on the threads sampler, spool and link, from when the sampler wakes up until
 *       the link writes to its socket.
 *   <li>An alarm, from the engine to its mail: on a writer from the first entry into the package alarm until it commits;
 *       then on the mail workers until the mail's file is there. The transaction is, of the last three before a mail
 *       worker first enters what it does not enter while there are no readings, the one that enters most files.
 * </ol>
 *
 * <p>The first two are seen about once a second; counted are the files that at least half of the last ten enter, when
 * the alarm is over. So a ping in between counts for nothing. The third is seen once.
 */
final class EnteredFiles {
    private static final String OURS = "io.emberwatch.";
    /** It takes a busy machine some minutes. */
    private static final long ALARM_WITHIN_NANOS = TimeUnit.MINUTES.toNanos(8);
    /** For more than enough repetitions. */
    private static final long AFTER_ALARM_NANOS = TimeUnit.SECONDS.toNanos(20);

    private static final int REPETITIONS = 10;
    /** A writer with a backlog may have committed again before the mail is taken up. */
    private static final int TRANSACTIONS_BEFORE_MAIL = 3;
    /** Longer than any pause within a reading or a sample, shorter than those between them. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private static final String EVENT_LOOP = "multiThreadIoEventLoopGroup-";
    private static final String WRITER = "writer-";
    private static final String MAIL_WORKER = "mail-";
    private static final String SAMPLER = "sampler";
    private static final String SPOOL = "spool";
    private static final String LINK = "link";
    private static final List<String> THREADS = List.of(EVENT_LOOP, WRITER, MAIL_WORKER, SAMPLER, SPOOL, LINK);

    /** Where a way ends, in classes that are not ours. */
    private enum Mark {
        COMMIT(WRITER, "com.zaxxer.hikari.pool.ProxyConnection", "commit"),
        SOCKET_WRITE(LINK, "java.net.Socket$SocketOutputStream", "write");

        private final String thread;
        private final String className;
        private final String method;

        Mark(String thread, String className, String method) {
            this.thread = thread;
            this.className = className;
            this.method = method;
        }

        boolean isAt(Entry entry) {
            return entry.thread.startsWith(thread) && entry.type.equals(className) && entry.method.equals(method);
        }
    }

    /**
     * One method has been entered.
     *
     * @param nanos when this program was told so
     * @param file without its suffix, as {@code io.emberwatch.protocol.Reading}
     */
    private record Entry(long nanos, String thread, String type, String method, String file) {
        boolean isOurs() {
            return type.startsWith(OURS);
        }
    }

    private final ConcurrentLinkedQueue<Entry> recorded = new ConcurrentLinkedQueue<>();

    private EnteredFiles() {}

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("emberwatch-entered");
        try {
            new EnteredFiles().run(Path.of(args.length > 0 ? args[0] : ".").toAbsolutePath(), folder);
        } finally {
            delete(folder);
        }
    }

    private void run(Path checkout, Path folder) throws Exception {
        List<Long> mails = runDemo(checkout, folder);
        List<Entry> entries =
                recorded.stream().sorted(Comparator.comparingLong(Entry::nanos)).toList();
        print("one reading, from frame to SQL", usual(entries, sessionThread(entries), List.of(WRITER), Mark.COMMIT));
        print("one sample, from sampler to socket", usual(entries, SAMPLER, List.of(SPOOL, LINK), Mark.SOCKET_WRITE));
        print("one alarm, from the engine to its mail", alarm(entries, mails.get(0)));
    }

    /** Runs the demo until its alarm is over; returns when each mail was there. */
    private List<Long> runDemo(Path checkout, Path folder) throws Exception {
        ListeningConnector connector = Bootstrap.virtualMachineManager().listeningConnectors().stream()
                .filter(candidate -> candidate.transport().name().equals("dt_socket"))
                .findFirst()
                .orElseThrow();
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        arguments.get("localAddress").setValue("127.0.0.1");
        String address = connector.startListening(arguments);
        Path data = folder.resolve("data");
        Path log = folder.resolve("demo.log");
        ProcessBuilder demo = new ProcessBuilder(
                checkout.resolve("collector-server/target/emberwatch-collector/bin/emberwatch-collector")
                        .toString(),
                "demo",
                "--data-dir=" + data);
        // With many event loops the one connection has one to itself.
        demo.environment()
                .put(
                        "JAVA_TOOL_OPTIONS",
                        "-Dio.netty.eventLoopThreads=16 -agentlib:jdwp=transport=dt_socket,server=n,suspend=y,address="
                                + address);
        Process process =
                demo.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        Thread accepting = new Thread(() -> acceptForEver(connector, arguments));
        accepting.setDaemon(true);
        accepting.start();
        // Also when this program is told to end.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        try {
            return awaitMails(process, data.resolve("mail"));
        } catch (IllegalStateException e) {
            throw new IllegalStateException(e.getMessage() + ":\n" + Files.readString(log), e);
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    /** Waits for the mail of the alarm that is raised, for the one that says that it is over, and a little longer. */
    private static List<Long> awaitMails(Process demo, Path folder) throws IOException, InterruptedException {
        Map<Path, Long> mails = new LinkedHashMap<>();
        long end = System.nanoTime() + ALARM_WITHIN_NANOS;
        while (System.nanoTime() - end < 0) {
            if (demo.waitFor(20, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("the demo has ended by itself");
            }
            for (Path mail : mailFiles(folder)) {
                if (mails.putIfAbsent(mail, System.nanoTime()) == null && mails.size() == 2) {
                    end = System.nanoTime() + AFTER_ALARM_NANOS;
                }
            }
        }
        if (mails.size() < 2) {
            throw new IllegalStateException("no alarm has been raised and cleared");
        }
        return List.copyOf(mails.values());
    }

    private static List<Path> mailFiles(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".eml")).toList();
        }
    }

    private void acceptForEver(ListeningConnector connector, Map<String, Connector.Argument> arguments) {
        while (true) {
            try {
                VirtualMachine daemon = connector.accept(arguments);
                new Thread(() -> record(daemon)).start();
            } catch (IOException | IllegalConnectorArgumentsException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Records what one daemon enters, until it ends. */
    private void record(VirtualMachine daemon) {
        ThreadStartRequest starts = daemon.eventRequestManager().createThreadStartRequest();
        starts.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
        starts.enable();
        Map<ThreadReference, String> names = new HashMap<>();
        Map<Method, String> files = new HashMap<>();
        daemon.resume();
        try {
            while (true) {
                EventSet events = daemon.eventQueue().remove();
                for (Event event : events) {
                    if (event instanceof ThreadStartEvent start) {
                        String name = start.thread().name();
                        if (THREADS.stream().anyMatch(name::startsWith)) {
                            names.put(start.thread(), name);
                            watch(start.thread(), OURS + "*");
                            Stream.of(Mark.values())
                                    .filter(mark -> name.startsWith(mark.thread))
                                    .forEach(mark -> watch(start.thread(), mark.className));
                        }
                    } else if (event instanceof MethodEntryEvent entry) {
                        Method method = entry.method();
                        recorded.add(new Entry(
                                System.nanoTime(),
                                names.get(entry.thread()),
                                method.declaringType().name(),
                                method.name(),
                                files.computeIfAbsent(method, unused -> fileOf(method.declaringType()))));
                    }
                }
                events.resume();
            }
        } catch (VMDisconnectedException e) {
            // It has ended.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void watch(ThreadReference thread, String classes) {
        MethodEntryRequest entries =
                thread.virtualMachine().eventRequestManager().createMethodEntryRequest();
        entries.addThreadFilter(thread);
        entries.addClassFilter(classes);
        entries.setSuspendPolicy(EventRequest.SUSPEND_NONE);
        entries.enable();
    }

    private static String fileOf(ReferenceType type) {
        String name = type.name();
        try {
            return name.substring(0, name.lastIndexOf('.') + 1)
                    + type.sourceName().replaceFirst("\\.java$", "");
        } catch (AbsentInformationException e) {
            // A lambda's own class, named after the one that it stands in.
            return name.replaceFirst("\\$.*", "");
        }
    }

    /** The event loop of the probe's connection: it enters most. */
    private static String sessionThread(List<Entry> entries) {
        return entries.stream()
                .filter(entry -> entry.thread.startsWith(EVENT_LOOP))
                .collect(Collectors.groupingBy(Entry::thread, Collectors.mapping(Entry::file, Collectors.toSet())))
                .entrySet()
                .stream()
                .max(Comparator.comparing(thread -> thread.getValue().size()))
                .orElseThrow(() -> new IllegalStateException("no thread is called " + EVENT_LOOP + "…"))
                .getKey();
    }

    /** What at least half of the last repetitions enter, from when the first thread wakes up to the mark. */
    private static Collection<String> usual(List<Entry> entries, String first, List<String> others, Mark end) {
        List<Set<String>> repetitions = new ArrayList<>();
        Optional<Set<String>> current = Optional.empty();
        long lastNanos = 0;
        for (Entry entry : entries) {
            boolean isFirst = entry.thread.equals(first);
            if (isFirst && entry.nanos - lastNanos > PAUSE_NANOS) {
                current = Optional.of(new LinkedHashSet<>());
            }
            lastNanos = isFirst ? entry.nanos : lastNanos;
            if (current.isPresent() && end.isAt(entry)) {
                repetitions.add(current.get());
                current = Optional.empty();
            } else if (current.isPresent()
                    && entry.isOurs()
                    && (isFirst || others.stream().anyMatch(entry.thread::startsWith))) {
                current.get().add(entry.file);
            }
        }
        if (repetitions.size() < REPETITIONS) {
            throw new IllegalStateException("only " + repetitions.size() + " times from " + first + " to " + end);
        }
        Map<String, Long> times = repetitions.subList(repetitions.size() - REPETITIONS, repetitions.size()).stream()
                .flatMap(Set::stream)
                .collect(Collectors.groupingBy(file -> file, LinkedHashMap::new, Collectors.counting()));
        times.values().removeIf(count -> count * 2 < REPETITIONS);
        return times.keySet();
    }

    private static Collection<String> alarm(List<Entry> entries, long mailNanos) {
        List<Transaction> transactions = transactions(entries);
        if (transactions.isEmpty()) {
            throw new IllegalStateException("no thread " + WRITER + "… has judged and committed a reading");
        }
        long takenUpNanos = takenUpNanos(entries, transactions.get(0).endNanos);
        List<Transaction> before = transactions.stream()
                .filter(transaction -> transaction.endNanos < takenUpNanos)
                .toList();
        Transaction raising = before.stream()
                .skip(Math.max(0, before.size() - TRANSACTIONS_BEFORE_MAIL))
                .max(Comparator.comparing(transaction -> transaction.files.size()))
                .orElseThrow();
        Set<String> files = new LinkedHashSet<>(raising.files);
        entries.stream()
                .filter(entry -> entry.thread.startsWith(MAIL_WORKER)
                        && entry.nanos > raising.endNanos
                        && entry.nanos < mailNanos)
                .forEach(entry -> files.add(entry.file));
        return files;
    }

    /** When a mail worker first enters a file that none enters before there are readings. */
    private static long takenUpNanos(List<Entry> entries, long firstCommitNanos) {
        Set<String> idle = new LinkedHashSet<>();
        for (Entry entry : entries) {
            if (entry.thread.startsWith(MAIL_WORKER)) {
                if (entry.nanos < firstCommitNanos) {
                    idle.add(entry.file);
                } else if (!idle.contains(entry.file)) {
                    return entry.nanos;
                }
            }
        }
        throw new IllegalStateException("no thread " + MAIL_WORKER + "… has taken up a mail");
    }

    /**
     * What one commit is preceded by.
     *
     * @param files entered since the alarm engine was
     */
    private record Transaction(long endNanos, Set<String> files) {}

    private static List<Transaction> transactions(List<Entry> entries) {
        List<Transaction> transactions = new ArrayList<>();
        Map<String, Set<String>> current = new HashMap<>();
        for (Entry entry : entries) {
            if (Mark.COMMIT.isAt(entry)) {
                Set<String> files = current.remove(entry.thread);
                if (files != null) {
                    transactions.add(new Transaction(entry.nanos, files));
                }
            } else if (entry.thread.startsWith(WRITER) && entry.isOurs()) {
                if (entry.file.startsWith(OURS + "collector.alarm.")) {
                    current.computeIfAbsent(entry.thread, unused -> new LinkedHashSet<>());
                }
                current.getOrDefault(entry.thread, new LinkedHashSet<>()).add(entry.file);
            }
        }
        return transactions;
    }

    /** In the order in which packages, and files in each, are first entered. */
    private static void print(String title, Collection<String> files) {
        System.out.printf("%s: %d files%n", title, files.size());
        files.stream()
                .collect(Collectors.groupingBy(
                        file -> file.substring(OURS.length(), file.lastIndexOf('.')),
                        LinkedHashMap::new,
                        Collectors.mapping(file -> file.substring(file.lastIndexOf('.') + 1), Collectors.joining(" "))))
                .forEach((packageName, names) -> System.out.printf("  %s: %s%n", packageName, names));
        System.out.println();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
