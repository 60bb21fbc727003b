package dev.authbridge.support;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.AnnotatedElement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * Marks tests that need tools which not every machine has. If one is missing, the tests are skipped and counted.
 *
 * <p>A class inherits the annotation of its superclass, unless it has one of its own.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Inherited
@ExtendWith(Needs.Condition.class)
public @interface Needs {
    Tool[] value();

    /** Skips the annotated classes and methods whose tool is missing. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            Optional<AnnotatedElement> element = context.getElement();
            for (Tool tool : AnnotationSupport.findAnnotation(element, Needs.class)
                    .map(needs -> List.of(needs.value()))
                    .orElse(List.of())) {
                Optional<String> reason = tool.missing();
                if (reason.isPresent()) {
                    Class<?> testClass = context.getRequiredTestClass();
                    tool.noteLeftOut(testClass, context.getTestMethod().isPresent() ? 1 : methods(testClass));
                    return ConditionEvaluationResult.disabled(tool + " is missing: " + reason.get());
                }
            }
            return ConditionEvaluationResult.enabled("nothing is missing");
        }

        private static long methods(Class<?> testClass) {
            return ReflectionSupport.findMethods(
                            testClass,
                            method -> AnnotationSupport.isAnnotated(method, Testable.class),
                            HierarchyTraversalMode.TOP_DOWN)
                    .size();
        }
    }
}
