package io.datastream.architecture;

import static com.tngtech.archunit.core.domain.JavaModifier.PROTECTED;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvent;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The rules between modules, for any way to tell the module of a class, so that they can be tried on classes made to
 * break them.
 */
final class ModuleRules {
    private final Function<JavaClass, Optional<String>> moduleOf;

    ModuleRules(Function<JavaClass, Optional<String>> moduleOf) {
        this.moduleOf = moduleOf;
    }

    /** A module uses the classes of no other module than the allowed ones. */
    ArchRule usesOnlyAllowedModules(Map<String, Set<String>> mayUse) {
        return classes().that(areInSomeModule()).should(eachDependency("use allowed modules only", dependency -> {
            Optional<String> from = moduleOf.apply(dependency.getOriginClass());
            Optional<String> to = moduleOf.apply(dependency.getTargetClass());
            return to.isEmpty()
                    || from.equals(to)
                    || mayUse.getOrDefault(from.orElseThrow(), Set.of()).contains(to.get());
        }));
    }

    /** Classes in a package named {@code internal} are used by their own module only. */
    ArchRule usesNoInternalsOfOthers() {
        return classes()
                .that(areInSomeModule())
                .should(eachDependency(
                        "use no internals of other modules",
                        dependency -> !isInternal(dependency.getTargetClass())
                                || moduleOf.apply(dependency.getOriginClass())
                                        .equals(moduleOf.apply(dependency.getTargetClass()))));
    }

    /** No field, constructor or method that users can reach mentions a type that fulfils the condition. */
    ArchRule publicSignaturesMentionNo(String description, Predicate<JavaClass> unwanted) {
        return classes()
                .that(areInSomeModule())
                .and(DescribedPredicate.describe("are public API", ModuleRules::isPublicApi))
                .should(new ArchCondition<JavaClass>("mention no " + description + " in public signatures") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        Stream<JavaType> parents =
                                Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
                        mentioned(parents)
                                .filter(unwanted)
                                .forEach(found -> events.add(violation(type, type.getName(), found)));
                        for (JavaMember member : type.getMembers()) {
                            if (isReachable(member)) {
                                mentioned(typesOf(member))
                                        .filter(unwanted)
                                        .forEach(found -> events.add(violation(member, member.getFullName(), found)));
                            }
                        }
                    }
                });
    }

    static boolean isInternal(JavaClass type) {
        return (type.getBaseComponentType().getPackageName() + ".").contains(".internal.");
    }

    private DescribedPredicate<JavaClass> areInSomeModule() {
        return DescribedPredicate.describe(
                "are in a module", type -> moduleOf.apply(type).isPresent());
    }

    private static ArchCondition<JavaClass> eachDependency(String description, Predicate<Dependency> allowed) {
        return new ArchCondition<>(description) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    if (!allowed.test(dependency)) {
                        events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                    }
                }
            }
        };
    }

    private static ConditionEvent violation(Object place, String name, JavaClass found) {
        return SimpleConditionEvent.violated(place, name + " mentions " + found.getName());
    }

    private static Stream<JavaType> typesOf(JavaMember member) {
        if (member instanceof JavaCodeUnit unit) {
            return Stream.of(
                            Stream.of(unit.getReturnType()),
                            unit.getParameterTypes().stream(),
                            unit.getExceptionTypes().stream())
                    .flatMap(types -> types);
        }
        return member instanceof JavaField field ? Stream.of(field.getType()) : Stream.empty();
    }

    private static Stream<JavaClass> mentioned(Stream<? extends JavaType> types) {
        return types.flatMap(type -> type.getAllInvolvedRawTypes().stream()).distinct();
    }

    private static boolean isPublicApi(JavaClass type) {
        boolean reachable = type.getModifiers().contains(PUBLIC)
                && type.getEnclosingClass().map(ModuleRules::isPublicApi).orElse(true);
        return reachable && !isInternal(type);
    }

    private static boolean isReachable(JavaMember member) {
        return member.getModifiers().contains(PUBLIC) || member.getModifiers().contains(PROTECTED);
    }
}
