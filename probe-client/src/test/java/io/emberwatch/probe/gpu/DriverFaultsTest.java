package io.emberwatch.probe.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.protocol.GpuFault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DriverFaultsTest {
    @Test
    void same_fault_of_all_gpus_is_that_of_their_driver() {
        assertThat(GpuReadout.DriverFaults.shared(List.of(GpuFault.HUNG, GpuFault.HUNG)))
                .isEqualTo(GpuFault.HUNG);
        assertThat(GpuReadout.DriverFaults.shared(List.of(GpuFault.LOST, GpuFault.LOST, GpuFault.LOST)))
                .isEqualTo(GpuFault.LOST);
    }

    @Test
    void one_gpu_that_is_well_or_has_another_fault_makes_them_faults_of_gpus() {
        assertThat(GpuReadout.DriverFaults.shared(List.of(GpuFault.LOST, GpuFault.NONE)))
                .isEqualTo(GpuFault.NONE);
        assertThat(GpuReadout.DriverFaults.shared(List.of(GpuFault.LOST, GpuFault.HUNG)))
                .isEqualTo(GpuFault.NONE);
        assertThat(GpuReadout.DriverFaults.shared(List.of(GpuFault.NONE, GpuFault.NONE)))
                .isEqualTo(GpuFault.NONE);
    }

    @Test
    void single_gpu_speaks_for_itself() {
        assertThat(GpuReadout.DriverFaults.shared(List.of(GpuFault.LOST))).isEqualTo(GpuFault.NONE);
        assertThat(GpuReadout.DriverFaults.shared(List.of())).isEqualTo(GpuFault.NONE);
    }

    @Test
    void gpu_that_stopped_is_worse_than_one_that_nobody_can_ask_whatever_their_codes() {
        assertThat(GpuReadout.DriverFaults.worst(List.of(GpuFault.UNREADABLE, GpuFault.RESTART_REQUIRED)))
                .isEqualTo(GpuFault.RESTART_REQUIRED);
        assertThat(GpuReadout.DriverFaults.worst(List.of(GpuFault.RESET_REQUIRED, GpuFault.RESTART_REQUIRED)))
                .isEqualTo(GpuFault.RESTART_REQUIRED);
        assertThat(GpuReadout.DriverFaults.worst(List.of(GpuFault.RESTART_REQUIRED, GpuFault.LOST)))
                .isEqualTo(GpuFault.LOST);
    }

    @ParameterizedTest
    @EnumSource(GpuFault.class)
    void any_fault_is_worse_than_none(GpuFault fault) {
        assertThat(GpuReadout.DriverFaults.worst(List.of(GpuFault.NONE, fault, GpuFault.NONE)))
                .isEqualTo(fault);
    }

    @Test
    void worst_of_several_drivers_is_reported() {
        assertThat(GpuReadout.DriverFaults.worst(List.of())).isEqualTo(GpuFault.NONE);
        assertThat(GpuReadout.DriverFaults.worst(List.of(GpuFault.NONE, GpuFault.UNREADABLE)))
                .isEqualTo(GpuFault.UNREADABLE);
        assertThat(GpuReadout.DriverFaults.worst(List.of(GpuFault.DRIVER_MISSING, GpuFault.NONE, GpuFault.HUNG)))
                .isEqualTo(GpuFault.HUNG);
    }
}
