package io.emberwatch.protocol;

/** What a frame carries. {@code PROTOCOL.md} says who may send which when. */
public sealed interface Message
        permits Hello,
                Challenge,
                Proof,
                Welcome,
                Refused,
                Inventory,
                Readings,
                Defer,
                Fetch,
                History,
                Lost,
                Ack,
                Ping,
                Pong,
                Bye,
                Enroll,
                Enrolled,
                GpuProcesses {
    /** Bytes that every connection starts with, in HELLO or ENROLL: {@code EMBR}. */
    int MAGIC = 0x454D4252;

    /** The newest protocol version that this build speaks. */
    int VERSION = 1;
}
