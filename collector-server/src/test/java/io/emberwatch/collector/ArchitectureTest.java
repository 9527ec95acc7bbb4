package io.emberwatch.collector;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

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
    static final ArchRule the_model_knows_neither_database_nor_sockets = noClasses()
            .that()
            .resideInAPackage("io.emberwatch.collector.model..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "com.zaxxer..", "org.flywaydb..", "io.netty..");

    @ArchTest
    static final ArchRule the_collector_does_not_know_the_probe = noClasses()
            .that()
            .resideInAPackage("io.emberwatch.collector..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.emberwatch.probe..");

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
}
