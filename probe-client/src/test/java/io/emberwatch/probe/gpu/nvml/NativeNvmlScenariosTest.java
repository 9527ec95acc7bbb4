package io.emberwatch.probe.gpu.nvml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The scenarios through JNA and C. Needs a C compiler. */
@Tag("integration")
@EnabledIf("io.emberwatch.probe.gpu.nvml.FakeNvmlLibrary#canBeBuilt")
final class NativeNvmlScenariosTest extends NvmlScenarios {
    private static FakeNvmlLibrary library;
    private static FakeNvmlLibrary oldLibrary;

    @TempDir
    private Path folder;

    private FakeNvmlLibrary ownLibrary;
    private FakeNvmlLibrary ownOldLibrary;

    @BeforeAll
    static void build(@TempDir(cleanup = CleanupMode.NEVER) Path folder, @TempDir(cleanup = CleanupMode.NEVER) Path old)
            throws IOException {
        library = FakeNvmlLibrary.build(folder);
        oldLibrary = FakeNvmlLibrary.build(old, "-DOLD_DRIVER");
    }

    /** A library that was unloaded under an earlier test's threads would end the process. */
    @BeforeEach
    @Override
    void eight_gpus() throws IOException {
        ownLibrary = library.copyTo(Files.createDirectory(folder.resolve("new")));
        ownOldLibrary = oldLibrary.copyTo(Files.createDirectory(folder.resolve("old")));
        super.eight_gpus();
    }

    @Override
    NvmlDriver.Loader loader() {
        return () -> NativeNvml.load(ownLibrary.path());
    }

    @Override
    NvmlDriver.Loader oldLoader() {
        return () -> NativeNvml.load(ownOldLibrary.path());
    }

    @Override
    void show(List<String> lines) throws IOException {
        library.play(lines.toArray(new String[0]));
        oldLibrary.play(lines.toArray(new String[0]));
    }
}
