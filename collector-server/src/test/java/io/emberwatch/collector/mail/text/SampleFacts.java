package io.emberwatch.collector.mail.text;

import io.emberwatch.collector.mail.text.MailRenderer.Language;
import io.emberwatch.collector.mail.text.MailRenderer.RenderedMail;
import io.emberwatch.collector.model.AlarmView.Moment;
import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.model.MailFacts.Alarm;
import io.emberwatch.collector.model.MailFacts.Gpu;
import io.emberwatch.collector.model.MailFacts.GpuFacts;
import io.emberwatch.collector.model.MailFacts.Machine;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.model.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Facts of mails, begun from those of an overheating machine. */
public final class SampleFacts {
    static final Instant RAISED_AT = Instant.parse("2026-03-01T12:00:10Z");

    private static final MailRenderer RENDERER = new MailRenderer();

    private MailKind kind = MailKind.RAISED;
    private String machine = "gpu07";
    private Optional<String> location = Optional.of("机房三 第5排 U12");
    private String owner = "王芳";
    private String recipient = "wang@example.org";
    private String metric = "cpu_temp_c";
    private Severity severity = Severity.CRITICAL;
    private Optional<Gpu> gpu = Optional.empty();
    private OptionalDouble limit = OptionalDouble.of(90);
    private OptionalDouble raisedValue = OptionalDouble.of(96);
    private Duration pendingFor = Duration.ZERO;
    private Optional<Moment> cleared = Optional.empty();
    private Optional<String> clearNote = Optional.empty();
    private boolean warningStillFiring;
    private int returnedCount;
    private Optional<String> turnedAwayFrom = Optional.empty();
    private OptionalDouble peak = OptionalDouble.of(97.5);
    private List<Moment> readings = readings(96, 97.5, Double.NaN, 91, 88.4);
    private OptionalDouble hottestC = OptionalDouble.empty();
    private GpuFacts gpus = GpuFacts.NONE;

    public SampleFacts kind(MailKind value) {
        kind = value;
        return this;
    }

    public SampleFacts machine(String name, String place) {
        machine = name;
        location = Optional.of(place);
        return this;
    }

    public SampleFacts withoutLocation() {
        location = Optional.empty();
        return this;
    }

    public SampleFacts owner(String name, String address) {
        owner = name;
        recipient = address;
        return this;
    }

    public SampleFacts metric(String name, Severity how, double limitValue, double value) {
        metric = name;
        severity = how;
        limit = OptionalDouble.of(limitValue);
        raisedValue = OptionalDouble.of(value);
        return this;
    }

    public SampleFacts gpu(String uuid, String model, int slot) {
        gpu = Optional.of(Gpu.withoutLimits(uuid, model, slot, ""));
        return this;
    }

    public SampleFacts clearedAfter(int seconds, double value) {
        cleared = Optional.of(new Moment(RAISED_AT.plusSeconds(seconds), OptionalDouble.of(value)));
        return this;
    }

    /** The condition had to last for so long before the alarm was raised. */
    public SampleFacts pendingFor(int seconds) {
        pendingFor = Duration.ofSeconds(seconds);
        return this;
    }

    public SampleFacts switchedOff() {
        clearNote = Optional.of("limit was switched off");
        return this;
    }

    public SampleFacts warningStillFiring() {
        warningStillFiring = true;
        return this;
    }

    public SampleFacts returned(int times) {
        returnedCount = times;
        return this;
    }

    public SampleFacts turnedAway(String from) {
        turnedAwayFrom = Optional.of(from);
        return this;
    }

    public SampleFacts withoutReadings() {
        peak = OptionalDouble.empty();
        readings = List.of();
        return this;
    }

    public RenderedMail render() {
        return render(build());
    }

    public static RenderedMail render(MailFacts facts) {
        return RENDERER.render(facts, Language.ENGLISH);
    }

    public MailFacts build() {
        boolean isFirst = kind == MailKind.RAISED || kind == MailKind.PAST;
        return new MailFacts(
                kind,
                recipient,
                "<" + kind + "@example.org>",
                isFirst ? Optional.empty() : Optional.of("<raised@example.org>"),
                RAISED_AT.plusSeconds(isFirst ? 0 : 3600),
                new Machine(
                        machine,
                        Optional.of("Supermicro SYS-420GP"),
                        location,
                        Optional.of("10.0.3.17"),
                        turnedAwayFrom),
                owner,
                new Alarm(
                        17,
                        metric,
                        severity,
                        gpu,
                        limit,
                        RAISED_AT.minus(pendingFor),
                        new Moment(RAISED_AT, raisedValue),
                        cleared,
                        clearNote,
                        warningStillFiring,
                        returnedCount),
                peak,
                readings,
                hottestC,
                gpus);
    }

    /** The newest first; one that is not a number is unknown. */
    public SampleFacts lastReadings(double... values) {
        readings = readings(values);
        peak = OptionalDouble.of(values[0]);
        return this;
    }

    public SampleFacts gpu(Gpu value) {
        gpu = Optional.of(value);
        return this;
    }

    public SampleFacts hottest(double tempC) {
        hottestC = OptionalDouble.of(tempC);
        return this;
    }

    public SampleFacts gpus(GpuFacts around) {
        gpus = around;
        return this;
    }

    private static List<Moment> readings(double... values) {
        List<Moment> readings = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            OptionalDouble value = Double.isNaN(values[i]) ? OptionalDouble.empty() : OptionalDouble.of(values[i]);
            readings.add(new Moment(RAISED_AT.minusSeconds(5L * i), value));
        }
        return readings;
    }
}
