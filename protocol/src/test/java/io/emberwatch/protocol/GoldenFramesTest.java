package io.emberwatch.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenFramesTest {
    @ParameterizedTest
    @MethodSource("io.emberwatch.protocol.GoldenFrame#all")
    void golden_bytes_are_read_as_their_message(GoldenFrame golden) throws Exception {
        assertThat(MessageCodec.decode(ByteBuffer.wrap(golden.typeAndBody()))).isEqualTo(golden.message());
    }

    @ParameterizedTest
    @MethodSource("io.emberwatch.protocol.GoldenFrame#ofThisVersion")
    void a_message_is_written_as_its_golden_bytes(GoldenFrame golden) {
        ByteBuffer written = MessageCodec.encode(golden.message().orElseThrow());

        assertThat(Hex.of(written)).isEqualTo(Hex.of(golden.frame()));
    }

    @ParameterizedTest
    @MethodSource("io.emberwatch.protocol.GoldenFrame#all")
    void the_length_field_counts_what_follows_it(GoldenFrame golden) {
        assertThat(ByteBuffer.wrap(golden.frame()).getInt()).isEqualTo(golden.typeAndBody().length);
    }

    @Test
    void every_file_has_a_meaning() throws IOException, URISyntaxException {
        Path folder =
                Path.of(Objects.requireNonNull(getClass().getResource("/wire")).toURI());
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(GoldenFrame.all()
                            .map(golden -> golden.name() + ".hex")
                            .toList());
        }
    }

    @Test
    void every_message_type_has_a_golden_frame() {
        assertThat(GoldenFrame.ofThisVersion().map(golden -> Byte.toUnsignedInt(golden.typeAndBody()[0])))
                .containsAll(Stream.of(MessageType.values())
                        .map(MessageType::wireByte)
                        .toList());
    }
}
