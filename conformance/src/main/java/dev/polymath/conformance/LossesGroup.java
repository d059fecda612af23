package dev.polymath.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Loss;
import dev.polymath.Tensor;
import dev.polymath.conformance.Oracle.LossAndGradient;
import dev.polymath.conformance.Samples.Shape;
import dev.polymath.spi.AbstractBackend;
import dev.polymath.spi.AbstractTensor;
import dev.polymath.spi.ComposedHuber;
import dev.polymath.spi.ComposedSigmoidCrossEntropy;
import dev.polymath.spi.ComposedSoftmaxCrossEntropy;
import dev.polymath.spi.ComposedSquaredError;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The losses. */
abstract class LossesGroup extends Group {

  LossesGroup(BackendConformance kit) {
    super(kit);
  }

  /** What the oracle says of an output and a target. */
  private interface Formula {
    LossAndGradient of(Matrix output, Matrix target);
  }

  /** A loss, its name for messages, and what it must be. */
  private record Subject(String name, Loss loss, Formula oracle) {}

  private List<Subject> subjects() {
    return List.of(entropy(), squares(), huber(1), huber(0.3f), sigmoids());
  }

  private Subject entropy() {
    return new Subject(
        "softmaxCrossEntropy", backend.softmaxCrossEntropy(), Oracle::softmaxCrossEntropy);
  }

  private Subject squares() {
    return new Subject("squaredError", backend.squaredError(), Oracle::squaredError);
  }

  private Subject huber(float delta) {
    return new Subject(
        "huber(" + delta + ")", backend.huber(delta), (y, t) -> LossOracle.huber(delta, y, t));
  }

  private Subject sigmoids() {
    return new Subject(
        "sigmoidCrossEntropy", backend.sigmoidCrossEntropy(), LossOracle::sigmoidCrossEntropy);
  }

  private void checkLoss(
      Subject subject,
      Matrix output,
      Matrix target,
      Storage ofOutput,
      Storage ofTarget,
      Storage ofGradient) {
    String operation =
        subject.name + (" of output " + output + " (" + ofOutput + "), target (" + ofTarget + ")");
    Loss loss = subject.loss;
    LossAndGradient expected = subject.oracle.of(output, target);
    Tensor toutput = input("output", output, ofOutput);
    Tensor ttarget = input("target", target, ofTarget);
    Tensor gradient = output(output.rows(), output.cols(), ofGradient);
    expected.checkValue(operation + ": value", loss.value(toutput, ttarget));
    expected.checkValue(
        operation + ": valueAndGradient", loss.valueAndGradient(toutput, ttarget, gradient));
    check(operation + ": gradient into " + ofGradient, expected.gradient(), gradient);
  }

  private void checkLoss(Subject loss, Matrix output, Matrix target) {
    checkLoss(loss, output, target, Storage.ALLOCATED, Storage.ALLOCATED, Storage.ALLOCATED);
  }

  @Test
  @DisplayName("losses say what they read: both cross-entropies logits, the others the output")
  void input() {
    assertEquals(
        Loss.Input.LOGITS, backend.softmaxCrossEntropy().input(), "softmaxCrossEntropy: input()");
    assertEquals(
        Loss.Input.LOGITS, backend.sigmoidCrossEntropy().input(), "sigmoidCrossEntropy: input()");
    assertEquals(Loss.Input.OUTPUT, backend.squaredError().input(), "squaredError: input()");
    assertEquals(Loss.Input.OUTPUT, backend.huber(1).input(), "huber: input()");
  }

  @Test
  @DisplayName("losses give the mean over the rows and its gradient, 1/n included, in 43 shapes")
  void shapes() {
    for (Subject loss : subjects()) {
      for (Shape shape : Samples.shapes()) {
        checkLoss(
            loss,
            Samples.uniform(shape.rows(), shape.cols(), 5, 1),
            Samples.oneHot(shape.rows(), shape.cols(), 2));
      }
    }
  }

  @Test
  @DisplayName("losses take targets that are smoothed, zero, negative or without a fixed sum")
  void targets() {
    Matrix output = Samples.uniform(33, 10, 5, 3);
    Matrix smoothed = Samples.rounded(Samples.oneHot(33, 10, 4).map(t -> 0.9 * t + 0.01));
    for (Subject loss : subjects()) {
      checkLoss(loss, output, smoothed);
      checkLoss(loss, output, Samples.uniform(33, 10, 2, 5));
      checkLoss(loss, output, Samples.uniform(33, 10, 2, 6).map(Math::abs));
      checkLoss(loss, output, Matrix.zeros(33, 10));
    }
  }

  @Test
  @DisplayName("losses keep no state: another shape or another call between changes nothing")
  void noStateOfLosses() {
    for (Subject loss : subjects()) {
      Matrix output = Samples.uniform(17, 10, 5, 7);
      Matrix target = Samples.oneHot(17, 10, 8);
      checkLoss(loss, output, target);
      checkLoss(loss, Samples.uniform(3, 31, 5, 9), Samples.oneHot(3, 31, 10));
      checkLoss(loss, output, target);
    }
  }

  @Test
  @DisplayName("softmax cross-entropy is finite and right for logits of ±10⁴ and more")
  void largeLogits() {
    Subject loss = entropy();
    for (double scale : new double[] {10, 100, 1e4, 1e30}) {
      Matrix alternating = Samples.generate(6, 10, i -> (i % 2 * 2 - 1) * scale);
      Matrix drawn = Samples.uniform(6, 10, scale, 11);
      for (Matrix z : List.of(alternating, drawn)) {
        checkLoss(loss, z, Samples.oneHot(6, 10, 12));
        Tensor gradient = output(6, 10);
        double value =
            loss.loss.valueAndGradient(tensor(z), tensor(Samples.oneHot(6, 10, 12)), gradient);
        assertTrue(
            Double.isFinite(value), "the loss at logits of ±" + scale + " is not finite: " + value);
      }
      Matrix high = Samples.generate(2, 10, i -> scale);
      checkLoss(loss, high, Samples.oneHot(2, 10, 13));
      checkLoss(loss, high.map(z -> -z), Samples.oneHot(2, 10, 14));
    }
  }

  @Test
  @DisplayName("losses are right where the prediction is: the loss near zero, the gradient small")
  void confident() {
    Matrix target = Samples.oneHot(17, 10, 15);
    for (double margin : new double[] {1, 5, 10, 15, 20, 40}) {
      Matrix z = Samples.rounded(target.map(t -> margin * t - 0.1));
      checkLoss(entropy(), z, target);
      checkLoss(sigmoids(), Samples.rounded(target.map(t -> margin * (t - 0.5))), target);
    }
    Matrix near = Samples.rounded(target.map(t -> t + 1e-4));
    checkLoss(squares(), near, target);
    checkLoss(huber(1), near, target);
    checkLoss(huber(1), target, target);
    checkLoss(squares(), target, target);
  }

  @Test
  @DisplayName("losses are summed in double: 60,000 elements keep their digits")
  void summedInDouble() {
    Matrix target = Samples.oneHot(6000, 10, 16);
    checkLoss(squares(), Samples.generate(6000, 10, i -> 0.1), target);
    checkLoss(entropy(), Samples.generate(6000, 10, i -> i % 10 / 3.0), target);
    checkLoss(huber(0.05f), Samples.generate(6000, 10, i -> 0.1), target);
    checkLoss(sigmoids(), Samples.generate(6000, 10, i -> i % 10 / 3.0), target);
    checkLoss(sigmoids(), Samples.generate(1, 60000, i -> i % 10 / 3.0), Matrix.zeros(1, 60000));
    checkLoss(squares(), Samples.generate(1, 60000, i -> 0.1), Matrix.zeros(1, 60000));
  }

  @Test
  @DisplayName("losses are right with views, parameters and tensors like them in every place")
  void everyStorageOfLosses() {
    for (Subject loss : subjects()) {
      for (Shape shape : new Shape[] {new Shape(1, 131), new Shape(9, 10)}) {
        Matrix output = Samples.uniform(shape.rows(), shape.cols(), 5, 17);
        Matrix target = Samples.oneHot(shape.rows(), shape.cols(), 18);
        for (Storage first : Storage.values()) {
          for (Storage second : Storage.values()) {
            checkLoss(loss, output, target, first, second, first);
            checkLoss(loss, output, target, first, first, second);
          }
        }
      }
    }
  }

  @Test
  @DisplayName("losses of a view write no row of the gradient behind it")
  void rowsBehindTheViewOfLosses() {
    for (Subject loss : subjects()) {
      Tensor whole = tensor(Samples.uniform(12, 10, 19));
      float[] before = ProductsGroup.rowsFrom(whole, 7);
      loss.loss.valueAndGradient(
          tensor(Samples.uniform(7, 10, 20)),
          tensor(Samples.oneHot(7, 10, 21)),
          whole.firstRows(7));
      checkBits(
          loss.name + ", gradient the first 7 of 12 rows: the rows behind",
          before,
          ProductsGroup.rowsFrom(whole, 7));
    }
  }

  @Test
  @DisplayName(
      "losses hide no NaN: one in the output or target makes the loss NaN, and its gradient alone")
  void nanOfLosses() {
    for (Subject loss : subjects()) {
      for (int at : new int[] {0, 4, 9}) {
        Matrix spoiled = Samples.uniform(3, 10, 5, 22);
        spoiled.values()[10 + at] = Float.NaN;
        checkLoss(loss, spoiled, Samples.uniform(3, 10, 23).map(t -> Math.abs(t) + 0.125));
        Matrix target = Samples.oneHot(3, 10, 24);
        target.values()[10 + at] = Float.NaN;
        checkLoss(loss, Samples.uniform(3, 10, 5, 25), target);
      }
    }
  }

  @Test
  @DisplayName("losses agree with the composed losses, which are held to the same bounds")
  void composedOfLosses() {
    Assumptions.assumeTrue(
        backend instanceof AbstractBackend<?>,
        "the session does not extend AbstractBackend: nothing is composed of its kernels");
    for (Subject loss : composed((AbstractBackend<?>) backend)) {
      checkLoss(loss, Samples.uniform(33, 10, 5, 26), Samples.oneHot(33, 10, 27));
      checkLoss(loss, Samples.uniform(5, 31, 1e4, 28), Samples.oneHot(5, 31, 29));
    }
  }

  private static <T extends AbstractTensor> List<Subject> composed(AbstractBackend<T> backend) {
    return List.of(
        new Subject(
            "composed softmaxCrossEntropy",
            new ComposedSoftmaxCrossEntropy<>(backend),
            Oracle::softmaxCrossEntropy),
        new Subject(
            "composed squaredError", new ComposedSquaredError<>(backend), Oracle::squaredError),
        new Subject(
            "composed huber", new ComposedHuber<>(backend, 2), (y, t) -> LossOracle.huber(2, y, t)),
        new Subject(
            "composed sigmoidCrossEntropy",
            new ComposedSigmoidCrossEntropy<>(backend),
            LossOracle::sigmoidCrossEntropy));
  }

  @Test
  @DisplayName("Huber's loss bends at δ, on both sides, and pulls no harder beyond")
  void bend() {
    Matrix zeros = Matrix.zeros(3, 33);
    for (float delta : new float[] {1, 0.25f, 100, 0x1p-20f}) {
      Matrix around = Samples.generate(3, 33, i -> (i % 3 - 1) * delta * (1 + (i % 5 - 2) / 8));
      checkLoss(huber(delta), around, zeros);
      checkLoss(huber(delta), zeros, around);
      checkLoss(huber(delta), Samples.uniform(3, 33, 1e4, 30), zeros);
    }
    Matrix far = Samples.uniform(3, 33, 31);
    far.values()[4] = Float.POSITIVE_INFINITY;
    far.values()[40] = Float.NEGATIVE_INFINITY;
    checkLoss(huber(1), far, zeros);
  }

  @Test
  @DisplayName("sigmoid cross-entropy is finite and right for logits of ±10⁴ and more, ±∞ included")
  void largeLogitsOfSigmoids() {
    Matrix target = Samples.uniform(6, 33, 1, 32).map(t -> t > 0 ? 1 : 0);
    for (double scale : new double[] {10, 100, 1e4, 1e30}) {
      checkLoss(sigmoids(), Samples.uniform(6, 33, scale, 33), target);
      checkLoss(sigmoids(), target.map(t -> scale * (2 * t - 1)), target);
      checkLoss(sigmoids(), target.map(t -> scale * (1 - 2 * t)), target);
    }
    Matrix right = target.map(t -> t == 1 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY);
    checkLoss(sigmoids(), right, target);
    checkLoss(sigmoids(), right.map(z -> -z), target);
  }
}
