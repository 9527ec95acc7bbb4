package io.emberwatch.probe;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.emberwatch.probe.sample.Sampler;
import io.emberwatch.probe.sample.Samplers;

/** Which part may know which. */
@AnalyzeClasses(packages = "io.emberwatch.probe", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    @ArchTest
    static final ArchRule THE_PROBE_KNOWS_NEITHER_COLLECTOR_NOR_NETTY = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.emberwatch.collector..", "io.netty..", "java.sql..");

    @ArchTest
    static final ArchRule ONLY_LINK_AND_STATUS_TOUCH_SOCKETS = noClasses()
            .that()
            .resideOutsideOfPackages("..link..", "..status..")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.net\\..*Socket.*|java\\.nio\\.channels\\.(?!FileChannel).*");

    @ArchTest
    static final ArchRule STATUS_IS_FOR_THIS_MACHINE_ALONE = noClasses()
            .that()
            .resideInAPackage("..status..")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.net\\.(Inet.*|.*Socket)");

    @ArchTest
    static final ArchRule ONLY_SAMPLING_GPUS_AND_WIRING_KNOW_OSHI = noClasses()
            .that()
            .resideInAnyPackage("..link..", "..spool..", "..kernel..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("oshi..", "com.sun.jna..");

    @ArchTest
    static final ArchRule ONLY_THE_COMMAND_LINE_KNOWS_PICOCLI = noClasses()
            .that()
            .resideOutsideOfPackage("..cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..");

    @ArchTest
    static final ArchRule ONLY_THE_WIRING_KNOWS_HOW_READINGS_ARE_KEPT = noClasses()
            .that()
            .resideOutsideOfPackages("..app..", "..spool.disk..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..spool.disk..");

    @ArchTest
    static final ArchRule A_READING_KNOWS_NOBODY = classes()
            .that()
            .resideInAPackage("..reading..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("..reading..", "io.emberwatch.protocol..", "java..");

    @ArchTest
    static final ArchRule THE_SPOOL_DOES_NOT_KNOW_WHERE_READINGS_COME_FROM_OR_GO = noClasses()
            .that()
            .resideInAPackage("..spool..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..link..", "..gpu..", "..kernel..", "..status..", "..app..", "..cli..");

    @ArchTest
    static final ArchRule CONNECTING_KNOWS_NOTHING_OF_READINGS = noClasses()
            .that()
            .resideInAPackage("..link.connect..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..reading..", "..spool..", "..sample..", "..gpu..");

    @ArchTest
    static final ArchRule PACKAGES_DEPEND_ON_EACH_OTHER_IN_ONE_DIRECTION =
            slices().matching("io.emberwatch.probe.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule WATCHING_GPUS_KNOWS_NO_DRIVER = noClasses()
            .that()
            .resideInAPackage("io.emberwatch.probe.gpu")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.emberwatch.probe.gpu.*..");

    @ArchTest
    static final ArchRule FILES_OF_SAMPLING_DEPEND_ON_EACH_OTHER_IN_ONE_DIRECTION = slices().assignedFrom(
                    new SliceAssignment() {
                        @Override
                        public SliceIdentifier getIdentifierOf(JavaClass type) {
                            String file = type.getName().replaceFirst("\\$.*", "");
                            return file.matches("io\\.emberwatch\\.probe\\.(gpu|sample|kernel|deadline)\\..*")
                                    ? SliceIdentifier.of(file)
                                    : SliceIdentifier.ignore();
                        }

                        @Override
                        public String getDescription() {
                            return "files of sampling";
                        }
                    })
            .should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule EVERY_SAMPLER_IS_REGISTERED = classes()
            .that()
            .implement(Sampler.class)
            .and()
            .areNotAnonymousClasses()
            .should(new ArchCondition<JavaClass>("be made by Samplers") {
                @Override
                public void check(JavaClass sampler, ConditionEvents events) {
                    boolean made = sampler.getAccessesToSelf().stream()
                            .anyMatch(access -> access.getOriginOwner().isEquivalentTo(Samplers.class));
                    events.add(new SimpleConditionEvent(sampler, made, sampler.getName() + " is made by Samplers"));
                }
            });

    @ArchTest
    static final ArchRule CLASSES_ARE_FINAL_UNLESS_THEY_ARE_SEAMS = classes()
            .that()
            .areNotInterfaces()
            .and()
            .areNotAnonymousClasses()
            .and()
            .areNotEnums()
            .should()
            .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL);
}
