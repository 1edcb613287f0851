package io.datastream.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each rule is tried on classes that break it: a rule that cannot fail guards nothing. */
class BrokenRulesTest {
    private static final String FIXTURE = "io.datastream.architecture.fixture.";
    private static final JavaClasses CLASSES =
            new ClassFileImporter().importPackages("io.datastream.architecture.fixture");
    private static final ModuleRules RULES = new ModuleRules(BrokenRulesTest::moduleOf);

    @Test
    void findsTheUseOfASibling() {
        assertThat(violations(RULES.usesOnlyAllowedModules(Map.of())))
                .isNotEmpty()
                .allMatch(line -> line.contains("two.Sibling"));
    }

    @Test
    void acceptsTheUseOfAnAllowedModule() {
        assertThat(violations(RULES.usesOnlyAllowedModules(Map.of("two", Set.of("one")))))
                .isEmpty();
    }

    @Test
    void findsTheUseOfInternalsOfAnotherModule() {
        assertThat(violations(RULES.usesNoInternalsOfOthers()))
                .isNotEmpty()
                .allMatch(line -> line.contains("two.Sibling") && line.contains("internal.Secret"));
    }

    @Test
    void findsInternalsInTypeArgumentsOfPublicSignatures() {
        assertThat(violations(RULES.publicSignaturesMentionNo("internals", ModuleRules::isInternal)))
                .singleElement()
                .asString()
                .contains("Front.secrets()", "internal.Secret");
    }

    private static List<String> violations(ArchRule rule) {
        return rule.evaluate(CLASSES).getFailureReport().getDetails();
    }

    /** The first part of the package after the folder of the fixture: {@code one} or {@code two}. */
    private static Optional<String> moduleOf(JavaClass type) {
        return type.getName().startsWith(FIXTURE)
                ? Optional.of(type.getName().substring(FIXTURE.length()).split("\\.", 2)[0])
                : Optional.empty();
    }
}
