package io.emberwatch.collector.mail.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.collector.mail.text.MailRenderer.Language;
import io.emberwatch.collector.model.MailFacts.Gpu;
import io.emberwatch.collector.model.MailFacts.GpuFacts;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.collector.problem.ServiceProblem;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Xid;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for the words of each language, whoever writes them. */
class MailTemplatesTest {
    private static final List<Optional<Gpu>> GPUS = List.of(
            Optional.empty(),
            Optional.of(new Gpu(
                    "GPU-a",
                    "NVIDIA H100",
                    0,
                    "",
                    OptionalInt.of(87),
                    OptionalInt.of(92),
                    OptionalInt.of(105),
                    OptionalInt.of(83))),
            Optional.of(Gpu.withoutLimits("PCI-0000:03:00.0", "AMD Instinct MI300X", 0, "")));

    @ParameterizedTest
    @EnumSource(Language.class)
    void every_metric_and_every_fault_has_advice(Language language) {
        MailTemplates templates = MailTemplates.of(language.tag());

        assertThat(Stream.of(Metric.values()).flatMap(MailTemplatesTest::adviceOn))
                .allSatisfy(name -> assertThat(templates.has(name)).as(name).isTrue());
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void no_word_and_no_file_is_without_use(Language language) throws Exception {
        Set<String> used = new HashSet<>(List.of("words.properties", "advice.properties"));
        Function<String, Optional<String>> sources = MailTemplates.sources(language.tag());
        MailTemplates recording = new MailTemplates(name -> {
            used.add(name);
            return sources.apply(name);
        });
        everyMail().forEach(facts -> MailRenderer.render(facts.build(), recording));
        MailRenderer.serverTest("lena@example.org", recording);
        SampleDigests.all().forEach(digest -> MailRenderer.problems(digest, "watch1", recording));

        assertThat(used).containsAll(MailTemplates.phrases(language.tag()).stringPropertyNames());
        assertThat(used).containsAll(files(language));
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void every_language_but_english_has_words_for_what_the_catalogues_say_in_english(Language language) {
        List<String> names = new ArrayList<>();
        Stream.of(Metric.values()).forEach(metric -> names.add("meaning." + metric));
        Stream.of(GpuFault.values()).forEach(fault -> names.add("fault." + ValueFormat.key(fault)));
        Xid.known()
                .forEach(xid ->
                        names.addAll(List.of("xid." + xid.code() + ".meaning", "xid." + xid.code() + ".action")));
        Stream.of(ServiceProblem.Kind.values())
                .forEach(kind -> names.add("problem." + kind.name().toLowerCase(Locale.ROOT)));
        MailTemplates templates = MailTemplates.of(language.tag());

        assertThat(names)
                .allSatisfy(name -> assertThat(templates.has(name)).as(name).isEqualTo(language != Language.ENGLISH));
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void no_template_puts_a_value_out_as_it_is(Language language) throws Exception {
        Set<String> names = new HashSet<>(files(language));
        names.removeIf(name -> name.endsWith(".properties"));
        names.addAll(MailTemplates.phrases(language.tag()).stringPropertyNames());

        Function<String, Optional<String>> sources = MailTemplates.sources(language.tag());
        assertThat(names)
                .allSatisfy(
                        name -> assertThat(sources.apply(name).orElseThrow()).doesNotContain("{{{", "{{&", "{{="));
    }

    @Test
    void a_value_stays_on_its_line_and_in_html_among_its_tags() {
        MailTemplates templates = new MailTemplates(name -> Optional.of("{{x}}|"));
        Map<String, String> values = Map.of("x", " <b>\r\n\u001b[2J{{7}}'");

        assertThat(templates.render("a.txt", values)).isEqualTo("<b>   [2J{{7}}'|");
        assertThat(templates.render("a.html", values)).isEqualTo("&lt;b&gt;   [2J{{7}}&#39;|");
    }

    @Test
    void a_name_that_nobody_gives_a_value_is_an_error_and_no_gap_in_a_mail() {
        MailTemplates templates = new MailTemplates(name ->
                Optional.ofNullable(Map.of("a", "{{b}}", "c", "{{#d}}{{/d}}").get(name)));

        assertThatThrownBy(() -> templates.render("a", Map.of())).hasMessageContaining("'b'");
        assertThatThrownBy(() -> templates.render("c", Map.of())).hasMessageContaining("'d'");
        assertThatThrownBy(() -> templates.render("e", Map.of())).hasMessageContaining("no words for e");
    }

    private static Stream<String> adviceOn(Metric metric) {
        return switch (metric) {
            case GPU_FAULT, GPU_DRIVER_FAULT ->
                Stream.of(GpuFault.values())
                        .filter(fault -> fault != GpuFault.NONE)
                        .map(fault -> "advice." + metric + "." + ValueFormat.key(fault));
            default -> Stream.of("advice." + metric);
        };
    }

    /** Of every metric, kind, fault and end that there is, and a test. */
    private static Stream<SampleFacts> everyMail() {
        return Stream.concat(Stream.of(Metric.values()).map(Metric::column), Stream.of("test"))
                .flatMap(metric -> Stream.of(MailKind.values())
                        .flatMap(kind -> GPUS.stream().flatMap(gpu -> mails(metric, kind, gpu))));
    }

    private static Stream<SampleFacts> mails(String metric, MailKind kind, Optional<Gpu> gpu) {
        int codes = metric.endsWith("fault") ? GpuFault.values().length : 2;
        return IntStream.range(0, codes)
                .boxed()
                .flatMap(code -> Stream.of(
                        facts(metric, kind, gpu, code),
                        facts(metric, kind, gpu, code).warningStillFiring(),
                        facts(metric, kind, gpu, code).switchedOff(),
                        facts(metric, kind, gpu, code).switchedOff().warningStillFiring(),
                        facts(metric, kind, gpu, code).withoutReadings().clearedAfter(86_400, code)));
    }

    private static SampleFacts facts(String metric, MailKind kind, Optional<Gpu> gpu, int code) {
        SampleFacts facts = new SampleFacts()
                .kind(kind)
                .metric(metric, code == 1 ? Severity.WARNING : Severity.CRITICAL, 1, code)
                .clearedAfter(code == 0 ? 60 : 720, code)
                .gpus(around(code));
        gpu.ifPresent(facts::gpu);
        return facts;
    }

    private static GpuFacts around(int code) {
        OptionalDouble hungS = code == 3 ? OptionalDouble.of(25) : OptionalDouble.empty();
        OptionalDouble unknown = OptionalDouble.empty();
        GpuFacts.GpuProcess process =
                new GpuFacts.GpuProcess(1, "python3", "", unknown, Optional.of(SampleFacts.RAISED_AT));
        return new GpuFacts(
                List.of(), 1, "", List.of(process), 0, Optional.empty(), List.of(), unknown, unknown, hungS);
    }

    private static List<String> files(Language language) throws Exception {
        Path folder = Path.of(
                MailTemplatesTest.class.getResource("/mail/" + language.tag()).toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
