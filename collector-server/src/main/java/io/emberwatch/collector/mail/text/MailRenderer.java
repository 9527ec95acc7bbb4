package io.emberwatch.collector.mail.text;

import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.problem.ProblemDigest;
import io.emberwatch.protocol.Metric;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes alarm mails. The reader may know neither Emberwatch nor the machine: the first two lines say what is wrong and
 * where to go. Thread-safe.
 */
public final class MailRenderer {
    private final Map<Language, MailTemplates> languages = new EnumMap<>(Language.class);

    /** A mail as its reader sees it: the same content twice. */
    public record RenderedMail(String subject, String text, String html) {}

    /** Reads the words of all languages. */
    public MailRenderer() {
        for (Language language : Language.values()) {
            languages.put(language, MailTemplates.of(language.tag()));
        }
    }

    /** The mail about an alarm; the same facts always make the same one. */
    public RenderedMail render(MailFacts facts, Language language) {
        return render(facts, languages.get(language));
    }

    /** Subject and text of a mail that shows that the mail server takes mails, about no alarm. */
    public RenderedMail serverTest(String recipient, Language language) {
        return serverTest(recipient, languages.get(language));
    }

    /** The mail to the admin about problems of the service itself. */
    public RenderedMail problems(ProblemDigest digest, String host, Language language) {
        return problems(digest, host, languages.get(language));
    }

    static RenderedMail problems(ProblemDigest digest, String host, MailTemplates templates) {
        Map<String, Object> values = ProblemModel.of(digest, host, templates);
        String headline = "problems." + ProblemModel.headline(digest);
        String subject = templates.render(headline + ".subject", values);
        values.put("sentence", templates.render(headline + ".sentence", values));
        return new RenderedMail(
                subject, templates.render("problems.txt", values), templates.render("problems.html", values));
    }

    static RenderedMail serverTest(String recipient, MailTemplates templates) {
        Map<String, String> values = Map.of("recipient", recipient);
        String sentence = templates.render("server_test.sentence", values);
        return new RenderedMail(templates.render("server_test.subject", values), sentence + "\n", "");
    }

    static RenderedMail render(MailFacts facts, MailTemplates templates) {
        Map<String, Object> values = MailModel.of(facts, templates);
        Optional<Metric> metric = Metric.byColumn(facts.alarm().metric());
        String headline = metric.map(known -> Headline.choose(facts, known, templates, values))
                .orElse("test");
        String subject = templates.render(headline + ".subject", values);
        values.put("sentence", templates.render(headline + ".sentence", values));
        values.put("whereabouts", templates.render("whereabouts", values));
        values.put(
                "advice",
                metric.map(known -> Advice.on(facts, known, templates, values)).orElse(List.of()));
        String layout = metric.isPresent() ? facts.kind().toString() : "test";
        return new RenderedMail(
                subject, templates.render(layout + ".txt", values), templates.render(layout + ".html", values));
    }

    /** A language that mails are written in. Its words are the files of folder {@code mail/} followed by its tag. */
    public enum Language {
        ENGLISH("en");

        private final String tag;

        Language(String tag) {
            this.tag = tag;
        }

        /** As in BCP 47. */
        public String tag() {
            return tag;
        }
    }
}
