package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.protocol.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FilesystemSamplerTest {
    @TempDir
    Path root;

    private final Map<String, FilesystemSampler.Space> asked = new HashMap<>();

    @Test
    void fullest_local_filesystem_counts_and_no_other_is_ever_touched() throws IOException {
        FakeTree machine = new FakeTree(root).file("proc/self/mountinfo", """
                22 1 259:2 / / ro,relatime shared:1 - ext4 /dev/nvme0n1p2 rw,errors=remount-ro
                30 22 259:3 / /data\\040sets rw,relatime shared:2 master:1 - xfs /dev/nvme1n1p1 rw,attr2
                31 22 259:2 /var/tmp /tmp rw,relatime - ext4 /dev/nvme0n1p2 rw
                40 22 0:50 / /home rw shared:3 - nfs4 filer:/home rw,vers=4.2
                41 22 0:51 / /lustre rw - lustre mgs@tcp:/scratch rw
                42 22 0:52 / /mnt/s rw - fuse.sshfs user@host: rw
                43 22 7:1 / /snap/core rw - squashfs /dev/loop1 ro
                44 22 8:1 / /archive rw - ext4 /dev/sda1 ro
                45 22 0:21 / /sys rw - sysfs sysfs rw
                malformed line
                """);
        FilesystemSampler sampler = new FilesystemSampler(machine.tree(), path -> {
            FilesystemSampler.Space space = path.equals("/")
                    ? new FilesystemSampler.Space(1000, 800, 750)
                    : new FilesystemSampler.Space(1000, 100, 100);
            asked.put(path, space);
            return space;
        });

        assertThat(Reads.of(sampler).get(Metric.FS_USED_PERCENT)).hasValue(90);
        assertThat(asked.keySet()).containsExactlyInAnyOrder("/", "/data sets");
    }

    @Test
    void space_reserved_for_root_counts_as_df_counts_it() {
        assertThat(new FilesystemSampler.Space(1000, 150, 100).usedPercent()).hasValue(100.0 * 850 / 950);
    }

    @Test
    void filesystem_that_cannot_be_asked_is_absent() {
        assertThat(new FilesystemSampler.Space(0, 0, 0).usedPercent()).isEmpty();
    }
}
