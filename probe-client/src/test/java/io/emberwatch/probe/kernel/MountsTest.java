package io.emberwatch.probe.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MountsTest {
    @Test
    void way_through_what_is_local_is_free() {
        Mounts mounts = mounts("""
                22 1 259:2 / / ro,relatime shared:1 - ext4 /dev/nvme0n1p2 rw
                23 22 0:21 / /run rw - tmpfs tmpfs rw
                24 23 259:3 / /run/data\\040sets rw shared:2 master:1 - xfs /dev/nvme1n1p1 rw,attr2
                25 22 0:50 / /auto rw - autofs systemd-1 rw,direct
                26 25 259:4 / /auto rw - ext4 /dev/nvme2n1 rw
                malformed line
                """);

        assertThat(mounts.all())
                .filteredOn(mount -> !mount.type().equals("autofs"))
                .allSatisfy(mount -> assertThat(mounts.obstacle(mount)).isEmpty());
        assertThat(mounts.all().get(2).shownPath()).isEqualTo("/run/data sets");
    }

    /** prometheus/node_exporter #868, and others: the server of a network filesystem is away for good. */
    @Test
    void mount_that_is_covered_is_not_to_be_touched() {
        Mounts mounts = mounts("""
                22 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw
                30 22 8:1 / /data rw - ext4 /dev/sda1 rw
                31 30 0:50 / /data rw - nfs4 nas:/export rw
                """);

        assertThat(obstacle(mounts, "8:1")).contains("it is covered by nfs4 nas:/export on /data");
        assertThat(obstacle(mounts, "259:2")).isEmpty();
    }

    @Test
    void mount_below_a_folder_that_is_covered_is_not_to_be_touched() {
        Mounts mounts = mounts("""
                22 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw
                30 22 8:1 / /srv/a/data rw - ext4 /dev/sda1 rw
                31 22 0:50 / /srv rw - cifs //nas/export rw
                """);

        assertThat(obstacle(mounts, "8:1")).contains("its path leads through cifs //nas/export on /srv");
    }

    @Test
    void path_through_a_network_filesystem_is_not_walked() {
        Mounts mounts = mounts("""
                22 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw
                31 22 0:50 / /nas rw - fuse.sshfs user@host: rw
                32 31 8:1 / /nas/scratch rw - xfs /dev/sda1 rw
                33 32 8:2 / /nas/scratch/deep rw - xfs /dev/sda2 rw
                """);

        assertThat(obstacle(mounts, "8:1")).contains("its path leads through fuse.sshfs user@host: on /nas");
        assertThat(obstacle(mounts, "8:2")).contains("its path leads through fuse.sshfs user@host: on /nas");
    }

    @Test
    void disks_of_a_machine_that_runs_from_the_network_are_reached() {
        Mounts mounts = mounts("""
                22 1 0:20 / / rw - nfs4 boot:/root rw
                30 22 8:1 / /scratch rw - xfs /dev/sda1 rw
                """);

        assertThat(obstacle(mounts, "8:1")).isEmpty();
    }

    @Test
    void mount_on_top_of_a_network_filesystem_is_reached() {
        Mounts mounts = mounts("""
                22 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw
                30 22 0:50 / /data rw - nfs4 nas:/export rw
                31 30 8:1 / /data rw - ext4 /dev/sda1 rw
                """);

        assertThat(obstacle(mounts, "8:1")).isEmpty();
    }

    @Test
    void process_that_does_not_see_the_root_finds_its_way_too() {
        Mounts mounts = mounts("""
                30 22 8:1 / /data rw - ext4 /dev/sda1 rw
                31 30 0:50 / /data/nas rw - nfs4 nas:/export rw
                """);

        assertThat(obstacle(mounts, "8:1")).isEmpty();
    }

    @Test
    void mount_point_that_was_deleted_is_not_to_be_touched() {
        Mounts mounts = mounts("""
                22 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw
                30 22 8:1 / /data//deleted rw - ext4 /dev/sda1 rw
                """);

        assertThat(obstacle(mounts, "8:1")).contains("its mount point has been deleted");
    }

    @Test
    void path_that_is_no_text_is_kept_byte_for_byte() {
        byte[] line = "22 1 8:1 / /d\u00ff\\134x\\999 rw - ext4 /dev/sda1 rw".getBytes(StandardCharsets.ISO_8859_1);

        Mounts.Mount mount = Mounts.parse(line).all().get(0);

        assertThat(mount.path()).isEqualTo("/d\u00ff\\x\\999");
        assertThat(mount.shownPath()).isEqualTo("/d\ufffd\\x\\999");
    }

    @Test
    void only_a_line_feed_ends_a_line() {
        Mounts.Mount mount =
                mounts("22 1 8:1 / /a\\012b\rc rw - ext4 /dev/sda1 rw\n").all().get(0);

        assertThat(mount.path()).isEqualTo("/a\nb\rc");
    }

    @Test
    void lines_that_contradict_each_other_end_nowhere() {
        Mounts mounts = mounts("""
                22 30 259:2 / / rw - ext4 /dev/nvme0n1p2 rw
                30 22 8:1 / / rw - ext4 /dev/sda1 rw
                40 40 8:2 / /x rw - ext4 /dev/sda2 rw
                """);

        assertThat(mounts.all())
                .hasSize(3)
                .allSatisfy(mount -> assertThat(mounts.obstacle(mount)).isNotNull());
    }

    private static Optional<String> obstacle(Mounts mounts, String device) {
        return mounts.obstacle(mounts.all().stream()
                .filter(mount -> mount.device().equals(device))
                .findFirst()
                .orElseThrow());
    }

    private static Mounts mounts(String mountinfo) {
        return Mounts.parse(mountinfo.getBytes(StandardCharsets.UTF_8));
    }
}
