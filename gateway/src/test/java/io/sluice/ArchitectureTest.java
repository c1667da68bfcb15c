package io.sluice;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ArchitectureTest {

    /** Lowest first: each package may import only those before it. The root package is above all of them. */
    private static final List<String> ORDER =
            List.of("names", "tls", "wire", "http", "h2", "telemetry", "policy", "upstream", "route", "proxy", "admin");

    private static final List<String> DATA_PLANE = ORDER.subList(0, ORDER.indexOf("proxy") + 1);

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.sluice");

    static List<String> packages() {
        return ORDER;
    }

    static List<String> dataPlane() {
        return DATA_PLANE;
    }

    @Test
    void seesTheClassesOfBothModules() {
        assertThat(CLASSES.contain(Main.class)).isTrue();
        assertThat(CLASSES.containPackage("io.sluice.config")).isTrue();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void importsOnlyLowerPackages(String name) {
        String[] higher = ORDER.subList(ORDER.indexOf(name) + 1, ORDER.size()).stream()
                .map(ArchitectureTest::subtree)
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(subtree(name))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(higher)
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("io.sluice")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("dataPlane")
    void knowsNoYaml(String name) {
        noClasses()
                .that()
                .resideInAPackage(subtree(name))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.yaml..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void configKnowsNoNettyAndNothingOfTheGateway() {
        String[] gateway = ORDER.stream().map(ArchitectureTest::subtree).toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("io.sluice.config..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage(gateway)
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("io.sluice")
                .check(CLASSES);
    }

    @Test
    void hasNoPackageCycles() {
        slices().matching("io.sluice.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    private static String subtree(String name) {
        return "io.sluice." + name + "..";
    }
}
