package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.protocol.MetricValues;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import oshi.hardware.VirtualMemory;
import oshi.hardware.common.AbstractGlobalMemory;
import oshi.hardware.common.AbstractVirtualMemory;

final class MemorySamplerTest {
    @Test
    void what_is_not_available_is_in_use() throws IOException {
        assertThat(Reads.of(new MemorySampler(new Memory(1000, 750))).toString())
                .isEqualTo("{mem_used_bytes=250, mem_total_bytes=1000, mem_used_percent=25.0, swap_used_bytes=0}");
    }

    /** As in some containers. */
    @Test
    void where_more_is_available_than_there_is_the_use_is_unknown_and_no_sensor_to_blame() throws IOException {
        MetricValues values = Reads.of(new MemorySampler(new Memory(1000, 64_000)));

        assertThat(values.toString()).isEqualTo("{mem_total_bytes=1000, swap_used_bytes=0}");
        assertThat(values.rejectedCount()).isZero();
    }

    private static final class Memory extends AbstractGlobalMemory {
        private final long total;
        private final long available;

        Memory(long total, long available) {
            this.total = total;
            this.available = available;
        }

        @Override
        public long getTotal() {
            return total;
        }

        @Override
        public long getAvailable() {
            return available;
        }

        @Override
        public long getPageSize() {
            return 4096;
        }

        @Override
        public VirtualMemory getVirtualMemory() {
            return new AbstractVirtualMemory() {
                @Override
                public long getSwapTotal() {
                    return 0;
                }

                @Override
                public long getSwapUsed() {
                    return 0;
                }

                @Override
                public long getSwapPagesIn() {
                    return 0;
                }

                @Override
                public long getSwapPagesOut() {
                    return 0;
                }

                @Override
                public long getVirtualMax() {
                    return total;
                }

                @Override
                public long getVirtualInUse() {
                    return total - available;
                }
            };
        }
    }
}
