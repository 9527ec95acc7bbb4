package io.emberwatch.probe.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.protocol.Metric;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The scenarios without a library, and what only such an NVML can show: how it was used. */
@Tag("integration")
final class FakeNvmlScenariosTest extends NvmlScenarios {
    private final FakeNvml nvml = new FakeNvml(false);
    private final FakeNvml old = new FakeNvml(true);

    @Override
    NvmlDriver.Loader loader() {
        return () -> nvml;
    }

    @Override
    NvmlDriver.Loader oldLoader() {
        return () -> old;
    }

    @Override
    void show(List<String> lines) {
        nvml.play(lines);
        old.play(lines);
    }

    /**
     * Reads until another survey is over and known, and once more, as what GPUs say between two surveys decides the
     * next.
     */
    private void awaitSurvey() {
        int before = nvml.counts.get();
        readUntil(report -> nvml.counts.get() > before);
        await().until(() -> Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().equals("gpu-survey-NvmlDriver"))
                .allMatch(thread -> Stream.of(thread.getValue())
                        .anyMatch(frame -> frame.getMethodName().equals("getTask"))));
        read();
    }

    @AfterEach
    void nvml_was_never_shut_down_while_a_call_was_under_way() {
        assertThat(nvml.callsDuringShutdown).hasValue(0);
    }

    @Test
    void nvml_begins_once_however_often_it_is_asked() {
        read();
        readUntil(report -> {
            skip(Duration.ofMinutes(5));
            return nvml.counts.get() >= 10;
        });

        assertThat(nvml.inits).hasValue(1);
        assertThat(nvml.shutdowns).hasValue(0);
    }

    @Test
    void library_of_another_version_than_the_driver_is_let_go_of() throws IOException {
        play(Scene.of(8).with("init", "18"));
        read();

        assertThat(nvml.unloads).hasValue(1);
    }

    @Test
    void nvml_does_not_begin_anew_while_a_gpu_hangs() throws IOException {
        watchWithShortReadDeadline();
        read();
        play(Scene.of(8).with("1.hang", "1").with("2.all", "15"));
        read();
        skip(Duration.ofMinutes(5));
        awaitSurvey();

        assertThat(nvml.inits).hasValue(1);
        assertThat(faults(read())).containsExactly(0, 3, 1, 0, 0, 0, 0, 0);
    }

    @Test
    void lost_gpu_is_looked_for_by_a_new_beginning_once_it_is_on_the_bus_again() throws IOException {
        read();
        play(Scene.of(8).with("2.all", "15"));
        putOnBus(2, 0xff, 0xff);
        read();
        for (int i = 0; i < 5; i++) {
            skip(Duration.ofMinutes(5));
            awaitSurvey();
        }
        assertThat(nvml.inits).hasValue(1);

        putOnBus(2, 0xde, 0x10);
        // It does not begin anew while a call is out for long, which on a busy machine one may be.
        await().until(() -> {
            skip(Duration.ofMinutes(5));
            awaitSurvey();
            return nvml.inits.get() > 1;
        });

        assertThat(nvml.inits).hasValue(2);
        assertThat(nvml.shutdowns).hasValue(1);
        readUntil(report -> faults(report).equals(List.of(0, 0, 1, 0, 0, 0, 0, 0)));
    }

    @Test
    void value_that_a_gpu_does_not_have_is_not_asked_for_at_each_reading() throws IOException {
        play(Scene.of(1).without("0.fan", "0.mem_temp", "0.recovery"));
        read();
        int before = nvml.questions.get();
        read();
        int withoutFan = nvml.questions.get() - before;
        play(Scene.of(1));
        read();
        assertThat(nvml.questions.get() - before).isEqualTo(2 * withoutFan);

        skip(NvmlQuery.ASK_AGAIN);
        before = nvml.questions.get();
        read();
        assertThat(nvml.questions.get() - before).isEqualTo(withoutFan + 3);
    }

    @Test
    void recovery_action_costs_no_call_of_its_own() throws IOException {
        play(Scene.of(1).without("0.recovery"));
        read();
        int before = nvml.questions.get();
        read();
        int withoutAction = nvml.questions.get() - before;
        play(Scene.of(1));
        skip(NvmlQuery.ASK_AGAIN);
        read();

        before = nvml.questions.get();
        read();
        assertThat(nvml.questions.get() - before).isEqualTo(withoutAction);
    }

    @Test
    void driver_that_refuses_all_fields_for_one_that_it_does_not_know_is_asked_for_that_one_rarely()
            throws IOException {
        play(Scene.of(1));
        read();
        int before = nvml.questions.get();
        read();
        int usual = nvml.questions.get() - before;
        play(Scene.of(1).with("0.field_max", "229"));
        assertThat(value(read().samples().get(0), Metric.GPU_MEM_TEMP_C)).isEqualTo(50);

        before = nvml.questions.get();
        assertThat(value(read().samples().get(0), Metric.GPU_MEM_TEMP_C)).isEqualTo(50);
        assertThat(nvml.questions.get() - before).isEqualTo(usual);
    }

    @Test
    void gpu_that_hangs_is_not_asked_again_until_it_has_answered() throws IOException {
        watchWithShortReadDeadline();
        read();
        play(Scene.of(8).with("5.hang", "1"));
        read();
        int calls = nvml.temperatureCalls.get();
        read();
        read();

        assertThat(nvml.temperatureCalls.get() - calls).isEqualTo(2 * 7);
    }
}
