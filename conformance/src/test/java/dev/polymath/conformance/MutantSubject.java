package dev.polymath.conformance;

import dev.polymath.BackendProvider;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** The kit on whatever mutant is set; {@link MutantsTest} runs it. */
@ExtendWith(MutantSubject.StopOnceCaught.class)
class MutantSubject extends BackendConformance {

  /** Threads that a mutant leaks end when the tests do. */
  static final CountDownLatch TEARDOWN = new CountDownLatch(1);

  static @Nullable Mutant mutant;
  static long nativeBytes;

  /** The first failure with the mutant's symptom. */
  static @Nullable Throwable caught;

  @Override
  protected BackendProvider provider() {
    return subject().provider();
  }

  private static Mutant subject() {
    if (mutant == null) {
      throw new IllegalStateException("no mutant is set");
    }
    return mutant;
  }

  @Override
  protected OptionalLong nativeBytes() {
    return OptionalLong.of(nativeBytes);
  }

  /** Enough for eight times what is allowed to grow. */
  @Override
  protected int sessions() {
    return 200;
  }

  @Override
  int patience() {
    return 3;
  }

  /** One failure with the right text is enough. */
  static final class StopOnceCaught implements ExecutionCondition, TestExecutionExceptionHandler {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return caught == null
          ? ConditionEvaluationResult.enabled("not caught yet")
          : ConditionEvaluationResult.disabled("caught");
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable thrown)
        throws Throwable {
      if (caught == null && String.valueOf(thrown.getMessage()).contains(subject().symptom())) {
        caught = thrown;
      }
      throw thrown;
    }
  }
}
