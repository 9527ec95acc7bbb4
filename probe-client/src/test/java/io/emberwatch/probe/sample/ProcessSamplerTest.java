package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.protocol.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of which processes may be said how many there are. */
final class ProcessSamplerTest {
    private static final String NOBODY = "Gid:\t65534\t65534\t65534\t65534\nGroups:\t65534\nCapEff:\t0000000000000000";

    @TempDir
    Path root;

    private FakeTree machine;

    @BeforeEach
    void newMachine() {
        machine = new FakeTree(root)
                .folder("proc/1")
                .folder("proc/42")
                .folder("proc/4711")
                .folder("proc/sys")
                .file("proc/uptime", "1 1")
                .file("proc/self/status", NOBODY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw", "rw,hidepid=0", "rw,hidepid=off", "rw,hidepid=1", "rw,hidepid=noaccess", "rw,gid=7"})
    void processes_are_counted_where_all_of_them_are_listed(String options) throws IOException {
        assertThat(countWith(options)).hasValue(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rw,hidepid=2",
                "rw,hidepid=invisible",
                "rw,gid=7,hidepid=invisible",
                "rw,hidepid=invisible,subset=pid",
                "rw,hidepid=4",
                "rw,hidepid=ptraceable"
            })
    void count_is_absent_where_others_processes_are_hidden(String options) throws IOException {
        assertThat(countWith(options)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw,hidepid=2", "rw,hidepid=ptraceable"})
    void who_may_trace_every_process_sees_all(String options) throws IOException {
        machine.file("proc/self/status", "Gid:\t0\t0\t0\t0\nGroups:\t\nCapEff:\t000001ffffffffff");

        assertThat(countWith(options)).hasValue(3);
    }

    @Test
    void group_of_the_mount_sees_all() throws IOException {
        machine.file("proc/self/status", "Gid:\t5\t5\t5\t5\nGroups:\t7 9\nCapEff:\t0000000000000000");

        assertThat(countWith("rw,gid=7,hidepid=invisible")).hasValue(3);
        assertThat(countWith("rw,gid=8,hidepid=invisible")).isEmpty();
        assertThat(countWith("rw,gid=7,hidepid=ptraceable")).isEmpty();
    }

    @Test
    void group_of_root_sees_all_where_the_mount_names_none() throws IOException {
        machine.file("proc/self/status", "Gid:\t5\t5\t5\t0\nGroups:\t9\nCapEff:\t0000000000000000");

        assertThat(countWith("rw,hidepid=invisible")).hasValue(3);
        assertThat(countWith("rw,gid=7,hidepid=invisible")).isEmpty();
    }

    /** As in services of systemd with {@code ProtectProc=invisible}. */
    @Test
    void last_mount_of_proc_counts() throws IOException {
        machine.file("proc/self/mountinfo", """
                22 27 0:21 / /proc rw - proc proc rw
                90 27 0:50 / /proc rw - proc proc rw,hidepid=invisible
                """);

        assertThat(countNow()).isEmpty();
    }

    /** Other means of hiding, such as those of hardened kernels, are in no list of mounts. */
    @Test
    void count_is_absent_where_the_first_process_is_hidden() throws IOException {
        machine.remove("proc/1");

        assertThat(countWith("rw")).isEmpty();
    }

    @Test
    void why_the_count_is_absent_is_said_and_how() throws IOException {
        countWith("rw,gid=7,hidepid=invisible");
        ProcessSampler sampler = new ProcessSampler(machine.tree());
        Reads.of(sampler);

        assertThat(sampler.remarks())
                .containsExactly("processes are not counted: /proc does not show the probe those of other users"
                        + " (hidepid=invisible); GPU processes of others have no names either");
        machine.file("proc/self/mountinfo", "22 27 0:21 / /proc rw - proc proc rw");
        Reads.of(sampler);
        assertThat(sampler.remarks()).isEmpty();
    }

    private OptionalDouble countNow() throws IOException {
        return Reads.of(new ProcessSampler(machine.tree())).get(Metric.PROCESS_COUNT);
    }

    private OptionalDouble countWith(String options) throws IOException {
        machine.file("proc/self/mountinfo", "22 27 0:21 / /proc rw,nosuid shared:5 - proc proc " + options);
        return countNow();
    }
}
