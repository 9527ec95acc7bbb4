package io.emberwatch.collector.mail.text;

import com.samskivert.mustache.BasicCollector;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import io.emberwatch.protocol.Texts;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The words of one language, as Mustache templates: whole mails and their parts from files whose names end in {@code
 * .txt} and {@code .html}, and phrases from {@code .properties}. Whatever a template is given ends up on one line and
 * without what does not print, and in {@code .html} it is escaped. Thread-safe.
 */
final class MailTemplates {
    private static final List<String> PHRASE_FILES = List.of("words.properties", "advice.properties");

    private final Function<String, Optional<String>> sources;
    private final Mustache.Compiler compiler;
    private final Map<String, Template> compiled = new ConcurrentHashMap<>();

    /**
     * Templates that come from anywhere.
     *
     * @param sources the template of this name; empty if there is none
     */
    MailTemplates(Function<String, Optional<String>> sources) {
        this.sources = sources;
        compiler = Mustache.compiler()
                .strictSections(true)
                .withCollector(new MapsAlone())
                .withFormatter(value -> Texts.oneLine(present(value).toString()))
                .withLoader(this::source);
    }

    /**
     * Those that stand in the program.
     *
     * @param language tag of the language, which is the name of their folder
     * @throws UncheckedIOException if they cannot be read
     */
    static MailTemplates of(String language) {
        return new MailTemplates(sources(language));
    }

    static Function<String, Optional<String>> sources(String language) {
        Properties phrases = phrases(language);
        return name -> name.endsWith(".txt") || name.endsWith(".html")
                ? read(language, name)
                : Optional.ofNullable(phrases.getProperty(name));
    }

    static Properties phrases(String language) {
        Properties phrases = new Properties();
        try {
            for (String file : PHRASE_FILES) {
                phrases.load(new StringReader(read(language, file).orElseThrow()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return phrases;
    }

    /** Whether there is a template of this name. */
    boolean has(String name) {
        return sources.apply(name).isPresent();
    }

    /**
     * Fills a template in.
     *
     * @param values texts, booleans, lists, maps and optionals of these, by the names that the template uses
     * @throws RuntimeException if there is no such template, or one of its names is not among the values
     */
    String render(String name, Map<String, ?> values) {
        return compiled.computeIfAbsent(name, this::compile).execute(values);
    }

    /** Words that the catalogues of the protocol have in English, as this language has them. */
    String orElse(String name, String english) {
        return has(name) ? render(name, Map.of()) : english;
    }

    private Template compile(String name) {
        return compiler.escapeHTML(name.endsWith(".html")).compile(source(name));
    }

    private Reader source(String name) {
        return new StringReader(
                sources.apply(name).orElseThrow(() -> new IllegalArgumentException("mails have no words for " + name)));
    }

    private static Object present(Object value) {
        return value instanceof Optional<?> optional ? optional.orElseThrow() : value;
    }

    private static Optional<String> read(String language, String file) {
        String path = "/mail/" + language + "/" + file;
        try (InputStream stream = MailTemplates.class.getResourceAsStream(path)) {
            return stream == null
                    ? Optional.empty()
                    : Optional.of(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names are those of maps and nothing else: no template reaches into an object. */
    private static final class MapsAlone extends BasicCollector {
        @Override
        public Iterator<?> toIterator(Object value) {
            return value instanceof Optional<?> optional ? optional.stream().iterator() : super.toIterator(value);
        }

        @Override
        public <K, V> Map<K, V> createFetcherCache() {
            return new ConcurrentHashMap<>();
        }
    }
}
