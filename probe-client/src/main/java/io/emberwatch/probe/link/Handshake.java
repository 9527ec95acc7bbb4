package io.emberwatch.probe.link;

import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Challenge;
import io.emberwatch.protocol.Message.Proof;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.auth.Bytes32;
import io.emberwatch.protocol.auth.MachineKey;
import io.emberwatch.protocol.auth.Transcript;

/**
 * What is said until WELCOME: each side proves to the other that it knows the machine's key, and neither shows it.
 * Decides only; {@link Session} sends and receives.
 */
final class Handshake {
    private final Hello hello;
    private final MachineKey key;
    private final Bytes32 channelBinding;
    private Transcript transcript;

    Handshake(Hello hello, MachineKey key, Bytes32 channelBinding) {
        this.hello = hello;
        this.key = key;
        this.channelBinding = channelBinding;
    }

    Hello hello() {
        return hello;
    }

    /** Whether the collector may say this now. */
    boolean expects(Message message) {
        return transcript == null ? message instanceof Challenge : message instanceof Welcome;
    }

    /** The answer to CHALLENGE. */
    Proof answer(Challenge challenge) {
        transcript = hello.transcript(challenge, channelBinding);
        return new Proof(key.proof(transcript));
    }

    /** Whether the collector has shown that it knows this machine. */
    boolean accepts(Welcome welcome) {
        return key.acceptsCollector(transcript, welcome.collectorProof());
    }
}
