import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Measures the shape of the main code: {@code mvn -q test-compile && java .ci/Structure.java [CHECKOUT]}.
 *
 * <p>Sizes: every line of every {@code .java} file under {@code src/main/java} counts, blank lines and comments too. A
 * percentile is the size of the file at that rank, counted up from the smallest. A file is tiny below 25 lines; the
 * share of tiny files is given for all files, and for those that are not {@code package-info.java}.
 *
 * <p>Circles: what needs what is taken from the class files ({@code jdeps -verbose:class}), so a constant that the
 * compiler copies is no need. Nested classes count as the class around them. A circle is a largest set of two or more
 * classes (or packages) each of which needs every other, directly or not. Packages are looked at twice: each by itself,
 * and each together with all that is below it, against its siblings.
 */
final class Structure {
    private static final List<String> MODULES = List.of("protocol", "probe-client", "collector-server");
    private static final int TINY_BELOW_LINES = 25;
    private static final String OURS = "io.emberwatch.";
    /** One need, as in {@code "   io.emberwatch.a.B$C    -> io.emberwatch.d.E    classes"}. */
    private static final Pattern NEED = Pattern.compile("^\\s+(\\S+)\\s+->\\s+(\\S+).*");

    private Structure() {}

    public static void main(String[] args) throws IOException {
        Path checkout = Path.of(args.length > 0 ? args[0] : ".");
        printSizes(checkout);
        printCircles(needs(checkout));
    }

    private record SourceFile(String name, long lines) {
        boolean isPackageInfo() {
            return name.equals("package-info.java");
        }

        boolean isTiny() {
            return lines < TINY_BELOW_LINES;
        }
    }

    private static void printSizes(Path checkout) throws IOException {
        System.out.printf(
                "%-17s %6s %6s %7s %5s  %-12s %s%n",
                "main code", "lines", "files", "median", "90th", "tiny", "without package-info");
        List<SourceFile> all = new ArrayList<>();
        for (String module : MODULES) {
            List<SourceFile> files = sources(checkout.resolve(module).resolve("src/main/java"));
            printSizes(module, files);
            all.addAll(files);
        }
        printSizes("in all", all);
    }

    private static List<SourceFile> sources(Path root) throws IOException {
        List<SourceFile> files = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path :
                    paths.filter(file -> file.toString().endsWith(".java")).toList()) {
                files.add(new SourceFile(
                        path.getFileName().toString(), Files.readAllLines(path).size()));
            }
        }
        return files;
    }

    private static void printSizes(String title, List<SourceFile> files) {
        List<SourceFile> classes =
                files.stream().filter(file -> !file.isPackageInfo()).toList();
        System.out.printf(
                "%-17s %6d %6d %7d %5d  %-12s %s%n",
                title,
                files.stream().mapToLong(SourceFile::lines).sum(),
                files.size(),
                percentile(files, 50),
                percentile(files, 90),
                tiny(files),
                tiny(classes));
    }

    private static long percentile(List<SourceFile> files, int percent) {
        long[] sorted = files.stream().mapToLong(SourceFile::lines).sorted().toArray();
        return sorted[(sorted.length * percent + 99) / 100 - 1];
    }

    private static String tiny(List<SourceFile> files) {
        long tiny = files.stream().filter(SourceFile::isTiny).count();
        return String.format(Locale.ROOT, "%d (%.1f %%)", tiny, 100.0 * tiny / files.size());
    }

    /** What each top-level class needs of the others. */
    private static Map<String, Set<String>> needs(Path checkout) {
        List<String> arguments = new ArrayList<>(List.of("-verbose:class", "-filter:none"));
        for (String module : MODULES) {
            Path classes = checkout.resolve(module).resolve("target/classes");
            if (!Files.isDirectory(classes)) {
                throw new IllegalStateException(classes + " is missing: compile first");
            }
            arguments.add(classes.toString());
        }
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        ToolProvider.findFirst("jdeps").orElseThrow().run(writer, writer, arguments.toArray(String[]::new));
        Map<String, Set<String>> needs = new TreeMap<>();
        for (String line : out.toString().lines().toList()) {
            Matcher need = NEED.matcher(line);
            if (need.matches()
                    && need.group(1).startsWith(OURS)
                    && need.group(2).startsWith(OURS)) {
                needs.computeIfAbsent(topLevel(need.group(1)), unused -> new TreeSet<>())
                        .add(topLevel(need.group(2)));
            }
        }
        return needs;
    }

    private static String topLevel(String className) {
        int nested = className.indexOf('$');
        return nested < 0 ? className : className.substring(0, nested);
    }

    private static String packageOf(String name) {
        return name.substring(0, name.lastIndexOf('.'));
    }

    private static void printCircles(Map<String, Set<String>> needs) {
        List<Set<String>> classes = circles(needs);
        List<Set<String>> across = classes.stream()
                .filter(circle ->
                        circle.stream().map(Structure::packageOf).distinct().count() > 1)
                .toList();
        print("circles of classes, within a package or across", classes);
        print("circles of classes across packages", across);

        print("circles of packages, each by itself", circles(folded(needs, Structure::packageOf)));
        print("circles of packages, each with all below it", siblingCircles(needs));
    }

    /** For each package, the circles among those directly below it, each with its whole subtree. */
    private static List<Set<String>> siblingCircles(Map<String, Set<String>> needs) {
        Set<String> parents = new TreeSet<>();
        for (String name : needs.keySet()) {
            for (String parent = packageOf(packageOf(name)); parent.startsWith(OURS); parent = packageOf(parent)) {
                parents.add(parent);
            }
        }
        List<Set<String>> circles = new ArrayList<>();
        for (String parent : parents) {
            circles.addAll(circles(folded(needs, name -> childOf(parent, packageOf(name)))));
        }
        return circles;
    }

    /** Which child of {@code parent} the package is or is below; what is in none of them is nobody's need. */
    private static String childOf(String parent, String packageName) {
        if (!packageName.startsWith(parent + ".")) {
            return "";
        }
        int end = packageName.indexOf('.', parent.length() + 1);
        return end < 0 ? packageName : packageName.substring(0, end);
    }

    private static Map<String, Set<String>> folded(Map<String, Set<String>> needs, UnaryOperator<String> fold) {
        Map<String, Set<String>> folded = new TreeMap<>();
        needs.forEach((from, all) -> all.stream()
                .map(fold)
                .filter(to -> !to.isEmpty() && !fold.apply(from).isEmpty())
                .forEach(to -> folded.computeIfAbsent(fold.apply(from), unused -> new TreeSet<>())
                        .add(to)));
        return folded;
    }

    private static void print(String title, Collection<Set<String>> circles) {
        System.out.printf("%n%s: %d%n", title, circles.size());
        for (Set<String> circle : circles) {
            System.out.printf(
                    "  %2d  %s%n",
                    circle.size(),
                    circle.stream().map(name -> name.substring(OURS.length())).collect(Collectors.joining(" ")));
        }
    }

    /** The strongly connected components of two or more, largest first. */
    private static List<Set<String>> circles(Map<String, Set<String>> needs) {
        return new Components(needs).find();
    }

    /** Tarjan's algorithm. */
    private static final class Components {
        private final Map<String, Set<String>> needs;
        private final Map<String, Integer> index = new HashMap<>();
        private final Map<String, Integer> lowest = new HashMap<>();
        private final Deque<String> stack = new ArrayDeque<>();
        private final List<Set<String>> found = new ArrayList<>();

        Components(Map<String, Set<String>> needs) {
            this.needs = needs;
        }

        List<Set<String>> find() {
            for (String node : needs.keySet()) {
                if (!index.containsKey(node)) {
                    visit(node);
                }
            }
            found.sort((a, b) -> b.size() - a.size());
            return found;
        }

        private void visit(String node) {
            index.put(node, index.size());
            lowest.put(node, index.get(node));
            stack.push(node);
            for (String next : needs.getOrDefault(node, Set.of())) {
                if (!index.containsKey(next)) {
                    visit(next);
                    lowest.merge(node, lowest.get(next), Math::min);
                } else if (stack.contains(next)) {
                    lowest.merge(node, index.get(next), Math::min);
                }
            }
            if (lowest.get(node).equals(index.get(node))) {
                Set<String> component = new TreeSet<>();
                do {
                    component.add(stack.peek());
                } while (!stack.pop().equals(node));
                if (component.size() > 1) {
                    found.add(component);
                }
            }
        }
    }
}
