package io.emberwatch.collector.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.protocol.Texts;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DemoMachineTest {
    @ParameterizedTest
    @CsvSource({"gpu-07.example.org, gpu-07.example.org", "my laptop, my-laptop", "_box_, box", "计算机, this-machine"})
    void a_machine_is_named_after_its_host(String host, String machine) {
        assertThat(DemoMachine.nameFor(host)).isEqualTo(machine);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "a-host-name-that-is-longer-than-sixty-four-characters-because-somebody-generated-it.example.org"
            })
    void whatever_the_host_is_called_its_machine_can_be_registered(String host) {
        assertThat(DemoMachine.nameFor(host)).matches(Texts::isMachineName);
    }
}
