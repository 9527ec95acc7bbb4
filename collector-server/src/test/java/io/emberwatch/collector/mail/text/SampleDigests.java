package io.emberwatch.collector.mail.text;

import io.emberwatch.collector.problem.ProblemDigest;
import io.emberwatch.collector.problem.ServiceProblem;
import io.emberwatch.collector.problem.ServiceProblem.Kind;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What mails to an admin may be about. */
final class SampleDigests {
    private static final Instant FIRST_AT = Instant.parse("2026-11-27T12:00:00Z");
    static final ServiceProblem READ_ONLY = new ServiceProblem(
            Kind.DATABASE_READ_ONLY,
            "db1:3306",
            "it answers error 1290: make it writable, or point database.url to the one that is",
            FIRST_AT,
            FIRST_AT.plusSeconds(50),
            12,
            false);
    static final ServiceProblem REJECTED = new ServiceProblem(
            Kind.MAIL_REJECTED,
            "wang@example.org",
            "550 5.1.1 no such user; correct the owner's address (owner edit)",
            FIRST_AT.minusSeconds(3_600),
            FIRST_AT,
            2,
            false);

    private SampleDigests() {}

    static Stream<ProblemDigest> all() {
        List<ServiceProblem> many = IntStream.range(0, 30)
                .mapToObj(number -> of(Kind.READINGS_REJECTED, "gpu" + number))
                .toList();
        return Stream.of(
                new ProblemDigest(many, many, many),
                new ProblemDigest(List.of(READ_ONLY), List.of(), List.of(REJECTED)),
                new ProblemDigest(List.of(over(READ_ONLY)), List.of(), List.of()),
                new ProblemDigest(List.of(), List.of(over(READ_ONLY)), List.of()),
                new ProblemDigest(List.of(), List.of(over(REJECTED)), List.of(READ_ONLY)));
    }

    static ServiceProblem of(Kind kind, String subject) {
        return new ServiceProblem(kind, subject, "what to do", FIRST_AT, FIRST_AT, 1, false);
    }

    static ServiceProblem over(ServiceProblem problem) {
        return new ServiceProblem(
                problem.kind(),
                problem.subject(),
                problem.text(),
                problem.firstAt(),
                problem.lastAt().plusSeconds(10),
                problem.count(),
                true);
    }
}
