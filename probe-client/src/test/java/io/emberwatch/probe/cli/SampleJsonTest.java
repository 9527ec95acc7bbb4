package io.emberwatch.probe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SampleJsonTest {
    private static final String TWO_GPUS = SampleJson.of(SampleReports.ofTwoGpus());

    @Test
    void gpu_has_its_identity_limits_processes_and_values() {
        assertThat(TWO_GPUS)
                .contains("\"gpus\":[{\"uuid\":\"GPU-a\",\"model\":\"\\\"X\\\"\",\"pci_bus_id\":\"0000:3b:00.0\","
                        + "\"slowdown_temp_c\":87,\"shutdown_temp_c\":92,\"mem_max_temp_c\":95,\"gpu_max_temp_c\":null,"
                        + "\"target_temp_c\":84,"
                        + "\"gpu_fault_text\":null,\"xids\":[],\"processes\":[{\"pid\":4711,"
                        + "\"name\":\"py\\u001b[2Jthon\",\"user\":\"wang\",\"mem_used_bytes\":3221225472}],"
                        + "\"gpu_temp_c\":70.5,\"gpu_mem_temp_c\":null,");
    }

    @Test
    void unreadable_gpu_has_its_fault_and_xid_errors() {
        assertThat(TWO_GPUS)
                .contains("{\"uuid\":\"GPU-b\"")
                .contains(
                        "\"gpu_fault_text\":\"has fallen off the bus\",\"xids\":[79],\"processes\":[],\"gpu_temp_c\":null")
                .contains("\"gpu_fault\":1,");
    }

    @Test
    void machine_and_sensors_are_listed() {
        assertThat(TWO_GPUS)
                .contains("\"inventory\":{\"hostname\":\"gpu-7\",\"model\":\"Maker Model\",\"os\":\"Debian 12\","
                        + "\"kernel\":\"6.1.0\",\"cpu_model\":\"CPU\",\"cpu_count\":128,"
                        + "\"mem_total_bytes\":1099511627776,\"virtualization\":\"none\","
                        + "\"gpu_driver\":\"NVIDIA 580.65.06\",\"temp_sensor_count\":2}")
                .contains("\"sensors\":[{\"chip\":\"coretemp\",\"device\":\"coretemp.0\",\"label\":\"Package id 0\","
                        + "\"temp_c\":54.0},{\"chip\":\"nct6798\",\"device\":\"nct6775.2608\",\"label\":\"fan2\","
                        + "\"fan_rpm\":8437},{\"chip\":\"nvme\",\"device\":\"nvme0\",\"label\":\"Composite\","
                        + "\"temp_c\":null}]");
    }

    @Test
    void gpus_of_a_broken_driver_are_listed_without_values() {
        assertThat(SampleJson.of(SampleReports.ofDriverFault()))
                .contains("\"gpu_driver_fault\":5,")
                .contains("\"gpu_driver_fault_text\":\"has a driver that was changed without a restart\"")
                .contains("\"gpus\":[{\"uuid\":\"GPU-a\"")
                .contains("\"gpu_fault\":null");
    }

    @Test
    void sensors_alone_have_what_they_were_taken_for_and_why() {
        assertThat(SampleJson.ofSensors(SampleReports.inventory(), Optional.empty(), SampleReports.sensorsInDetail()))
                .startsWith("{\"inventory\":{\"hostname\":\"gpu-7\"")
                .contains("\"temperature_remark\":null,\"sensors\":[{\"chip\":\"nvme\",\"device\":\"nvme0\","
                        + "\"label\":\"Composite\",\"temp_c\":73.85,\"own_limits\":[{\"name\":\"crit\",\"temp_c\":74.85,"
                        + "\"is_one\":true},{\"name\":\"max\",\"temp_c\":65261.85,\"is_one\":false}],"
                        + "\"own_flags\":{\"alarm\":true},\"taken_for\":[\"nvme_temp_c\",\"nvme_margin_c\"],"
                        + "\"why\":\"so says its driver\"},{\"chip\":\"acpitz\"");
    }
}
