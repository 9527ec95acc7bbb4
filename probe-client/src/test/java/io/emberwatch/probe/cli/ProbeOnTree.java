package io.emberwatch.probe.cli;

import io.emberwatch.probe.enroll.EnrollClient;
import io.emberwatch.probe.kernel.KernelTree;
import java.nio.file.Path;
import java.util.Arrays;

/** The probe on a machine of its own making: the first argument is the folder with its {@code proc} and {@code sys}. */
final class ProbeOnTree {
    private ProbeOnTree() {}

    public static void main(String[] args) {
        KernelTree tree = new KernelTree(Path.of(args[0]));
        System.exit(ProbeCli.commandLine(System.getenv(), tree, System.in, EnrollClient.Timing.USUAL)
                .execute(Arrays.copyOfRange(args, 1, args.length)));
    }
}
