package io.emberwatch.collector.mail.text;

import io.emberwatch.collector.problem.ProblemDigest;
import io.emberwatch.collector.problem.ServiceProblem;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The values that the template of mails about problems of the service may use, by name: the same in all languages. */
final class ProblemModel {
    /** Of each list; {@code status} shows the others. */
    private static final int MOST_SHOWN = 20;

    private ProblemModel() {}

    static Map<String, Object> of(ProblemDigest digest, String host, MailTemplates templates) {
        Map<String, Object> values = new HashMap<>();
        values.put("host", host);
        add(values, "fresh", digest.fresh(), templates);
        add(values, "solved", digest.solved(), templates);
        add(values, "known", digest.known(), templates);
        Optional<ServiceProblem> first =
                Stream.concat(digest.fresh().stream(), digest.solved().stream()).findFirst();
        first.ifPresent(problem -> values.put("first", problem(problem, templates)));
        int others = digest.fresh().size() + digest.solved().size() - 1;
        values.put("others", others > 0 ? Optional.of(others) : Optional.empty());
        return values;
    }

    /** Which words apply: what is new counts more than what is over. */
    static String headline(ProblemDigest digest) {
        if (!digest.fresh().isEmpty()) {
            return "fresh";
        }
        return digest.isAllUrgentSolved() ? "urgent_solved" : "solved";
    }

    private static void add(
            Map<String, Object> values, String name, List<ServiceProblem> problems, MailTemplates templates) {
        List<Map<String, Object>> shown = problems.stream()
                .limit(MOST_SHOWN)
                .map(problem -> problem(problem, templates))
                .toList();
        int more = problems.size() - shown.size();
        values.put(
                name,
                shown.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                Map.of("problems", shown, "more", more > 0 ? Optional.of(more) : Optional.empty())));
    }

    private static Map<String, Object> problem(ServiceProblem problem, MailTemplates templates) {
        String word = "problem." + problem.kind().name().toLowerCase(Locale.ROOT);
        return Map.of(
                "meaning", templates.orElse(word, problem.kind().meaning()),
                "subject", problem.subject(),
                "text", problem.text(),
                "firstAt", ValueFormat.time(problem.firstAt()),
                "lastAt", ValueFormat.time(problem.lastAt()),
                "count", problem.count(),
                "isOver", problem.isSolved());
    }
}
