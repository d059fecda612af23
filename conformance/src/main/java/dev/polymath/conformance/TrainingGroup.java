package dev.polymath.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import dev.polymath.conformance.Threads.OpensItsOwn;
import dev.polymath.conformance.TrainingSet.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/** Operations that are right one by one must train a network together. */
abstract class TrainingGroup extends Group {

  /** Of the loss, against the oracle's. */
  private static final double CURVE = 1e-4;

  TrainingGroup(BackendConformance kit) {
    super(kit);
  }

  private static void checkCurve(Backend session, Recipe recipe) {
    OracleTraining expected = new OracleTraining(recipe);
    BackendTraining found = new BackendTraining(session, recipe);
    for (int step = 0; step < 20; step++) {
      double loss = expected.step(step);
      double backendLoss = found.step(step);
      if (!(Math.abs(backendLoss - loss) <= CURVE * loss)) {
        throw new AssertionFailedError(
            recipe
                + ", step "
                + step
                + ": expected the loss "
                + loss
                + ", found "
                + backendLoss
                + ", tolerance "
                + CURVE * loss,
            loss,
            backendLoss);
      }
    }
  }

  @Test
  @DisplayName("gradient descent on cross-entropy follows the oracle's losses for 20 steps")
  void crossEntropyCurve() {
    checkCurve(backend, Recipe.CROSS_ENTROPY_SGD);
  }

  @Test
  @DisplayName("AdamW on cross-entropy follows the oracle's losses for 20 steps")
  void adamCurve() {
    checkCurve(backend, Recipe.CROSS_ENTROPY_ADAM);
  }

  @Test
  @DisplayName(
      "gradient descent on squared error through softmax follows the oracle's losses for 20 steps")
  void squaredErrorCurve() {
    checkCurve(backend, Recipe.SQUARED_ERROR_SGD);
  }

  @Test
  @OpensItsOwn
  @DisplayName("several threads follow the oracle's losses too")
  void threadsCurve() {
    try (Backend session = open(kit.options().threads(3))) {
      for (Recipe recipe : Recipe.values()) {
        checkCurve(session, recipe);
      }
    }
  }

  @Test
  @DisplayName("thirty epochs reach the oracle's accuracy, with each loss and optimizer")
  void accuracy() {
    int steps = 30 * TrainingSet.BATCHES;
    for (Recipe recipe : Recipe.values()) {
      OracleTraining expected = new OracleTraining(recipe);
      BackendTraining found = new BackendTraining(backend, recipe);
      double before = found.accuracy();
      for (int step = 0; step < steps; step++) {
        expected.step(step);
        found.step(step);
      }
      // Two samples may stand on the other side of a boundary that rounding moved.
      double bar = expected.accuracy() - 2.0 / TrainingSet.SAMPLES;
      double reached = found.accuracy();
      assertTrue(
          reached >= bar,
          recipe
              + ": accuracy after "
              + steps
              + " steps: expected at least "
              + bar
              + ", found "
              + reached
              + ", before training "
              + before);
    }
  }

  @Test
  @DisplayName("where info() says allocationFree, no operation beside the steps allocates either")
  void allocationOfOperations() {
    Assumptions.assumeTrue(
        backend.info().allocationFree(), "info() does not say that it is allocation-free");
    Tensor x = tensor(Samples.uniform(32, 21, 1));
    Tensor y = output(32, 21);
    List<Loss> losses = losses(backend);
    Allocation allocation = new Allocation(List.of(Thread.currentThread()));
    allocation.checkNothing(
        "multiply, sumOfSquares, ELU, SELU and the losses",
        step -> {
          backend.activate(step % 2 == 0 ? Activation.ELU : Activation.SELU, x, y);
          backend.activateBackward(step % 2 == 0 ? Activation.ELU : Activation.SELU, x, y, y);
          backend.multiply(x, y, y);
          backend.sumOfSquares(y);
          for (int i = 0; i < losses.size(); i++) {
            losses.get(i).value(x, x);
            losses.get(i).valueAndGradient(x, x, y);
          }
        },
        10 * kit.patience());
  }

  @Test
  @OpensItsOwn
  @DisplayName("where info() says allocationFree, a warm step allocates nothing, over all threads")
  void allocation() {
    Assumptions.assumeTrue(
        backend.info().allocationFree(), "info() does not say that it is allocation-free");
    for (int threads : new int[] {1, 2}) {
      Set<Thread> before = Thread.getAllStackTraces().keySet();
      try (Backend session = open(kit.options().threads(threads))) {
        for (Recipe recipe : Recipe.values()) {
          BackendTraining training = new BackendTraining(session, recipe);
          training.step(0);
          List<Thread> working = new ArrayList<>(Thread.getAllStackTraces().keySet());
          working.removeAll(before);
          working.add(Thread.currentThread());
          Allocation allocation = new Allocation(working);
          allocation.checkNothing(
              recipe + " with " + threads + " threads", training::step, 10 * kit.patience());
        }
      }
    }
  }
}
