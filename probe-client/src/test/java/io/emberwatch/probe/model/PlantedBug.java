package io.emberwatch.probe.model;

import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.spool.Spool;
import io.emberwatch.probe.spool.disk.ManualSpool;
import io.emberwatch.probe.spool.disk.SpoolFiles;
import io.emberwatch.probe.testing.FakeDisk;
import io.emberwatch.probe.testing.ForwardingSpool;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.Message.History;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What a careless hand might write; each in one of the {@link Seams}. */
enum PlantedBug {
    ACKNOWLEDGES_BEFORE_THE_COMMIT {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public AcknowledgedRange acknowledged(AcknowledgedRange committed, AcknowledgedRange received) {
                    return received;
                }
            };
        }
    },
    SKIPS_THE_EPOCH_CHECK {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public boolean mayWrite(long epoch, long newestEpoch) {
                    return true;
                }
            };
        }
    },
    FORGETS_THE_HOLE_OF_A_DEFER {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public AcknowledgedRange deferred(AcknowledgedRange stored, long liveFrom) {
                    return AcknowledgedRange.upTo(liveFrom - 1);
                }
            };
        }
    },
    ENDS_THE_HISTORY_TOO_EARLY {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public History history(History right, long historyTo) {
                    return new History(historyTo, right.sentAt(), right.readings());
                }
            };
        }
    },
    FORGETS_TO_FORCE {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public SpoolFiles files(FakeDisk disk) {
                    disk.setForcesAreLies(true);
                    return disk;
                }
            };
        }
    },
    IGNORES_THE_CRC {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public SpoolFiles files(FakeDisk disk) {
                    return new CrcRepairingFiles(disk);
                }
            };
        }
    },
    FORGETS_READINGS_ONCE_THEY_ARE_SENT {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public Spool spool(ManualSpool log) {
                    return new ForwardingSpool(log) {
                        @Override
                        public List<Sample.Numbered> peek(long behind, long upTo, int atMost) {
                            List<Sample.Numbered> sent = super.peek(behind, upTo, atMost);
                            if (atMost > 1 && !sent.isEmpty()) {
                                acknowledge(AcknowledgedRange.upTo(
                                        sent.get(sent.size() - 1).sequence()));
                            }
                            return sent;
                        }
                    };
                }
            };
        }
    },
    READS_AN_ACK_AS_ITS_LAST_SEQUENCE {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public Spool spool(ManualSpool log) {
                    return new ForwardingSpool(log) {
                        @Override
                        public void acknowledge(AcknowledgedRange acknowledged) {
                            super.acknowledge(AcknowledgedRange.upTo(acknowledged.last()));
                        }
                    };
                }
            };
        }
    },
    DOES_NOT_REPORT_WHAT_WAS_EVICTED {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public Spool spool(ManualSpool log) {
                    return new ForwardingSpool(log) {
                        @Override
                        public Optional<Lost> lossBehind(long sequence) {
                            return super.lossBehind(sequence)
                                    .filter(lost -> lost.reason() != Lost.Reason.SPOOL_FULL
                                            && lost.reason() != Lost.Reason.TOO_OLD);
                        }
                    };
                }
            };
        }
    },
    FORGETS_ITS_BOOT_ID {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public Spool spool(ManualSpool log) {
                    UUID drawn = UUID.randomUUID();
                    return new ForwardingSpool(log) {
                        @Override
                        public UUID bootId() {
                            return drawn;
                        }
                    };
                }
            };
        }
    },
    GIVES_NUMBERS_AGAIN_AFTER_A_POWER_LOSS {
        @Override
        Seams seams() {
            return new Seams() {
                private final NumbersOnDisk numbers = new NumbersOnDisk();

                @Override
                public Spool spool(ManualSpool log) {
                    return numbers.goOnBehindTheLastReadingOf(log);
                }
            };
        }
    };

    /** With this bug, for one story. */
    abstract Seams seams();
}
