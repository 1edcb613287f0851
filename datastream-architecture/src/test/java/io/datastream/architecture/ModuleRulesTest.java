package io.datastream.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class ModuleRulesTest {
    private static final ModuleRules RULES = new ModuleRules(Modules::of);

    @Test
    void coreStandsOnTheJdkAndThreeSmallLibraries() {
        classes()
                .that(areIn(Modules.CORE))
                .should()
                .onlyDependOnClassesThat(describe(
                        "are in core, java.*, javax.net.ssl, org.slf4j, io.micrometer or org.jspecify",
                        type -> Modules.of(type).filter(Modules.CORE::equals).isPresent()
                                || startsWithAny(
                                        type.getBaseComponentType().getPackageName(),
                                        "java.",
                                        "javax.net.ssl",
                                        "org.slf4j",
                                        "io.micrometer",
                                        "org.jspecify")
                                || type.getBaseComponentType().isPrimitive()))
                .check(Modules.CLASSES);
    }

    @Test
    void coreKnowsNoKafkaNoFormatAndNoDatabase() {
        noClasses()
                .that(areIn(Modules.CORE))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..",
                        "com.fasterxml.jackson..",
                        "org.apache.avro..",
                        "org.apache.parquet..",
                        "java.sql..",
                        "javax.sql..")
                .check(Modules.CLASSES);
    }

    @Test
    void siblingModulesNeverUseEachOther() {
        RULES.usesOnlyAllowedModules(Modules.MAY_USE).check(Modules.CLASSES);
    }

    @Test
    void internalsAreUsedByTheirOwnModuleOnly() {
        RULES.usesNoInternalsOfOthers().check(Modules.CLASSES);
    }

    @Test
    void publicSignaturesMentionNoInternals() {
        RULES.publicSignaturesMentionNo("internals", ModuleRules::isInternal).check(Modules.CLASSES);
    }

    @Test
    void jacksonStaysOutOfPublicSignatures() {
        RULES.publicSignaturesMentionNo(
                        "Jackson", type -> startsWithAny(type.getPackageName(), "com.fasterxml.", "tools.jackson."))
                .check(Modules.CLASSES);
    }

    @Test
    void everyPackageBelongsToOneModule() {
        Map<String, Set<String>> modulesOfPackage = new TreeMap<>();
        for (JavaClass type : Modules.CLASSES) {
            modulesOfPackage
                    .computeIfAbsent(type.getPackageName(), name -> new TreeSet<>())
                    .add(Modules.of(type).orElseThrow());
        }
        assertThat(modulesOfPackage)
                .isNotEmpty()
                .allSatisfy((name, modules) ->
                        assertThat(modules).as("modules with package %s", name).hasSize(1));
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(Modules.CLASSES)
                .filteredOn(type -> Modules.of(type).isPresent())
                .allSatisfy(type -> assertThat(type.getPackage().isAnnotatedWith(NullMarked.class))
                        .as("package-info of %s is @NullMarked", type.getPackageName())
                        .isTrue());
    }

    private static DescribedPredicate<JavaClass> areIn(String module) {
        return describe(
                "are in " + module,
                type -> Modules.of(type).filter(module::equals).isPresent());
    }

    private static boolean startsWithAny(String name, String... prefixes) {
        for (String prefix : prefixes) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
