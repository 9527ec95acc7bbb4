package io.emberwatch.probe.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The scenarios without a library, and what only such an NVML can tell: how it was used. */
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

    @AfterEach
    void it_was_never_shut_down_while_a_call_was_under_way() {
        assertThat(nvml.callsDuringShutdown).hasValue(0);
    }

    @Test
    void nvml_begins_once_however_often_it_is_asked() {
        for (int i = 0; i < 10; i++) {
            gpus().read();
            skip(Duration.ofMinutes(6));
        }

        assertThat(nvml.inits).hasValue(1);
        assertThat(nvml.shutdowns).hasValue(0);
    }

    @Test
    void nvml_does_not_begin_anew_while_a_card_hangs() throws IOException {
        gpus().read();
        play(Scene.of(8).with("1.hang", "1").with("2.all", "15"));
        gpus().read();
        skip(Duration.ofMinutes(5));
        gpus().read();
        gpus().awaitSurvey(Duration.ofSeconds(20));

        assertThat(nvml.inits).hasValue(1);
        assertThat(faults(gpus().read())).containsExactly(0, 3, 1, 0, 0, 0, 0, 0);
    }

    @Test
    void what_a_card_does_not_have_is_not_asked_for_at_each_reading() throws IOException {
        play(Scene.of(1).without("0.fan", "0.mem_temp"));
        gpus().read();
        int before = nvml.questions.get();
        gpus().read();
        int withoutFan = nvml.questions.get() - before;
        play(Scene.of(1));
        gpus().read();
        assertThat(nvml.questions.get() - before).isEqualTo(2 * withoutFan);

        skip(CardQuestions.ASK_AGAIN);
        before = nvml.questions.get();
        gpus().read();
        assertThat(nvml.questions.get() - before).isEqualTo(withoutFan + 3);
    }

    @Test
    void a_card_that_hangs_is_not_asked_again_until_it_has_answered() throws IOException {
        gpus().read();
        play(Scene.of(8).with("5.hang", "1"));
        gpus().read();
        int calls = nvml.temperatureCalls.get();
        gpus().read();
        gpus().read();

        assertThat(nvml.temperatureCalls.get() - calls).isEqualTo(2 * 7);
    }
}
