package io.emberwatch.collector;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.function.Function;

/** The arrows of the design: a change that turns one around fails here. */
@AnalyzeClasses(packages = "io.emberwatch", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule arrows_point_from_sockets_to_tables = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("net")
            .definedBy("io.emberwatch.collector.net..")
            .layer("ingest")
            .definedBy("io.emberwatch.collector.ingest..")
            .layer("alarm")
            .definedBy("io.emberwatch.collector.alarm..")
            .layer("mail")
            .definedBy("io.emberwatch.collector.mail..")
            .layer("store")
            .definedBy("io.emberwatch.collector.store..")
            .layer("model")
            .definedBy("io.emberwatch.collector.model..")
            .whereLayer("net")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("ingest")
            .mayOnlyBeAccessedByLayers("net")
            .whereLayer("alarm")
            .mayOnlyBeAccessedByLayers("ingest")
            .whereLayer("mail")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("store")
            .mayOnlyBeAccessedByLayers("net", "ingest", "mail")
            .whereLayer("model")
            .mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("io.emberwatch.collector.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packages_have_no_cycles_at_any_depth =
            slices().matching("io.emberwatch.collector.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule the_model_knows_neither_database_nor_sockets = noClasses()
            .that()
            .resideInAPackage("io.emberwatch.collector.model..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "com.zaxxer..", "org.flywaydb..", "io.netty..");

    @ArchTest
    static final ArchRule inside_net_arrows_point_from_the_pipeline_down_to_the_connection = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("pipeline")
            .definedBy("io.emberwatch.collector.net")
            .layer("handshake")
            .definedBy("io.emberwatch.collector.net.handshake..")
            .layer("session")
            .definedBy("io.emberwatch.collector.net.session..")
            .layer("tls")
            .definedBy("io.emberwatch.collector.net.tls..")
            .layer("limits")
            .definedBy("io.emberwatch.collector.net.limits..")
            .layer("connection")
            .definedBy("io.emberwatch.collector.net.connection..")
            .whereLayer("pipeline")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("handshake")
            .mayOnlyBeAccessedByLayers("pipeline")
            .whereLayer("session")
            .mayOnlyBeAccessedByLayers("pipeline", "handshake")
            .whereLayer("tls")
            .mayOnlyBeAccessedByLayers("pipeline")
            .whereLayer("limits")
            .mayOnlyBeAccessedByLayers("pipeline", "handshake", "session", "tls")
            .whereLayer("connection")
            .mayNotAccessAnyLayer();

    /** Each package by itself, the one with the pipeline too, which is no room of the others. */
    @ArchTest
    static final ArchRule packages_of_net_have_no_cycles = slices().assignedFrom(
                    inRoom("net", "package", JavaClass::getPackageName))
            .should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule classes_of_net_have_no_cycles = slices().assignedFrom(
                    inRoom("net", "class", ArchitectureTest::topLevelName))
            .should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule classes_of_mail_have_no_cycles = slices().assignedFrom(
                    inRoom("mail", "class", ArchitectureTest::topLevelName))
            .should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule what_a_mail_says_knows_neither_the_outbox_nor_the_database = noClasses()
            .that()
            .resideInAPackage("io.emberwatch.collector.mail.text..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.emberwatch.collector.mail.outbox..",
                    "io.emberwatch.collector.store..",
                    "java.sql..",
                    "jakarta.mail..");

    @ArchTest
    static final ArchRule the_collector_does_not_know_the_probe = noClasses()
            .that()
            .resideInAPackage("io.emberwatch.collector..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.emberwatch.probe..");

    @ArchTest
    static final ArchRule alarms_know_the_model_alone = noClasses()
            .that()
            .resideInAPackage("io.emberwatch.collector.alarm..")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages(
                    "io.emberwatch.collector.alarm..",
                    "io.emberwatch.collector.model..",
                    "io.emberwatch.protocol..",
                    "java..");

    @ArchTest
    static final ArchRule alarms_are_decided_without_io_and_without_a_clock = noClasses()
            .that()
            .resideInAPackage("..alarm..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "java.io..", "java.nio..", "java.net..", "io.netty..", "org.slf4j..")
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(java.time.Clock.class);

    @ArchTest
    static final ArchRule only_sockets_know_netty = noClasses()
            .that()
            .resideOutsideOfPackage("io.emberwatch.collector.net..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule the_protocol_needs_the_jdk_alone = noClasses()
            .that()
            .resideInAPackage("io.emberwatch.protocol..")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages("java..", "javax.crypto..", "io.emberwatch.protocol..");

    private static String topLevelName(JavaClass type) {
        return type.getName().split("\\$", 2)[0];
    }

    private static SliceAssignment inRoom(String room, String what, Function<JavaClass, String> name) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return type.getPackageName().startsWith("io.emberwatch.collector." + room)
                        ? SliceIdentifier.of(name.apply(type))
                        : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "each " + what + " of " + room;
            }
        };
    }
}
