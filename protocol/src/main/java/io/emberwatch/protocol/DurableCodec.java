package io.emberwatch.protocol;

/** What is stored for good, as a part of WELCOME and ACK. */
final class DurableCodec {
    private DurableCodec() {}

    static void write(Durable durable, WireWriter out) {
        out.varint(durable.last());
        out.varint(durable.historyFrom());
        out.varint(durable.historyTo());
    }

    static Durable read(WireReader in) throws ProtocolException {
        return new Durable(in.natural("sequence"), in.natural("sequence"), in.natural("sequence"));
    }
}
