package dev.polymath.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Loss;
import dev.polymath.Tensor;
import dev.polymath.conformance.Oracle.LossAndGradient;
import dev.polymath.conformance.Samples.Shape;
import dev.polymath.spi.AbstractBackend;
import dev.polymath.spi.AbstractTensor;
import dev.polymath.spi.ComposedSoftmaxCrossEntropy;
import dev.polymath.spi.ComposedSquaredError;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The two losses. */
abstract class LossesGroup extends Group {

  LossesGroup(BackendConformance kit) {
    super(kit);
  }

  private static LossAndGradient expected(Loss loss, Matrix output, Matrix target) {
    return loss.input() == Loss.Input.LOGITS
        ? Oracle.softmaxCrossEntropy(output, target)
        : Oracle.squaredError(output, target);
  }

  private void checkLoss(
      Loss loss,
      Matrix output,
      Matrix target,
      Storage ofOutput,
      Storage ofTarget,
      Storage ofGradient) {
    String operation =
        loss.input()
            + (" loss of output " + output + " (" + ofOutput + "), target (" + ofTarget + ")");
    LossAndGradient expected = expected(loss, output, target);
    Tensor toutput = input("output", output, ofOutput);
    Tensor ttarget = input("target", target, ofTarget);
    Tensor gradient = output(output.rows(), output.cols(), ofGradient);
    expected.checkValue(operation + ": value", loss.value(toutput, ttarget));
    expected.checkValue(
        operation + ": valueAndGradient", loss.valueAndGradient(toutput, ttarget, gradient));
    check(operation + ": gradient into " + ofGradient, expected.gradient(), gradient);
  }

  private void checkLoss(Loss loss, Matrix output, Matrix target) {
    checkLoss(loss, output, target, Storage.ALLOCATED, Storage.ALLOCATED, Storage.ALLOCATED);
  }

  private List<Loss> losses() {
    return List.of(backend.softmaxCrossEntropy(), backend.squaredError());
  }

  @Test
  @DisplayName("say what they read: softmax cross-entropy logits, squared error the output")
  void input() {
    assertEquals(
        Loss.Input.LOGITS, backend.softmaxCrossEntropy().input(), "softmaxCrossEntropy: input()");
    assertEquals(Loss.Input.OUTPUT, backend.squaredError().input(), "squaredError: input()");
  }

  @Test
  @DisplayName("give the mean over the rows and its gradient, 1/n included, in 43 shapes")
  void shapes() {
    for (Loss loss : losses()) {
      for (Shape shape : Samples.shapes()) {
        checkLoss(
            loss,
            Samples.uniform(shape.rows(), shape.cols(), 5, 1),
            Samples.oneHot(shape.rows(), shape.cols(), 2));
      }
    }
  }

  @Test
  @DisplayName("take targets that are smoothed, zero, negative or without a fixed sum")
  void targets() {
    Matrix output = Samples.uniform(33, 10, 5, 3);
    Matrix smoothed = Samples.rounded(Samples.oneHot(33, 10, 4).map(t -> 0.9 * t + 0.01));
    for (Loss loss : losses()) {
      checkLoss(loss, output, smoothed);
      checkLoss(loss, output, Samples.uniform(33, 10, 2, 5));
      checkLoss(loss, output, Samples.uniform(33, 10, 2, 6).map(Math::abs));
      checkLoss(loss, output, Matrix.zeros(33, 10));
    }
  }

  @Test
  @DisplayName("keep no state: another shape or another call between changes nothing")
  void noState() {
    for (Loss loss : losses()) {
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
    Loss loss = backend.softmaxCrossEntropy();
    for (double scale : new double[] {10, 100, 1e4, 1e30}) {
      Matrix alternating = Samples.generate(6, 10, i -> (i % 2 * 2 - 1) * scale);
      Matrix drawn = Samples.uniform(6, 10, scale, 11);
      for (Matrix z : List.of(alternating, drawn)) {
        checkLoss(loss, z, Samples.oneHot(6, 10, 12));
        Tensor gradient = output(6, 10);
        double value =
            loss.valueAndGradient(tensor(z), tensor(Samples.oneHot(6, 10, 12)), gradient);
        assertTrue(
            Double.isFinite(value), "the loss at logits of ±" + scale + " is not finite: " + value);
      }
      Matrix high = Samples.generate(2, 10, i -> scale);
      checkLoss(loss, high, Samples.oneHot(2, 10, 13));
      checkLoss(loss, high.map(z -> -z), Samples.oneHot(2, 10, 14));
    }
  }

  @Test
  @DisplayName("are right where the prediction is: the loss near zero, the gradient small")
  void confident() {
    Matrix target = Samples.oneHot(17, 10, 15);
    for (double margin : new double[] {1, 5, 10, 15, 20, 40}) {
      Matrix z = Samples.rounded(target.map(t -> margin * t - 0.1));
      checkLoss(backend.softmaxCrossEntropy(), z, target);
    }
    Matrix near = Samples.rounded(target.map(t -> t + 1e-4));
    checkLoss(backend.squaredError(), near, target);
    checkLoss(backend.squaredError(), target, target);
  }

  @Test
  @DisplayName("are summed in double: 60,000 elements keep their digits")
  void summedInDouble() {
    Matrix target = Samples.oneHot(6000, 10, 16);
    checkLoss(backend.squaredError(), Samples.generate(6000, 10, i -> 0.1), target);
    checkLoss(backend.softmaxCrossEntropy(), Samples.generate(6000, 10, i -> i % 10 / 3.0), target);
    checkLoss(backend.squaredError(), Samples.generate(1, 60000, i -> 0.1), Matrix.zeros(1, 60000));
  }

  @Test
  @DisplayName("are right with views, parameters and tensors like them in every place")
  void everyStorage() {
    for (Loss loss : losses()) {
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
  @DisplayName("of a view write no row of the gradient behind it")
  void rowsBehindTheView() {
    for (Loss loss : losses()) {
      Tensor whole = tensor(Samples.uniform(12, 10, 19));
      float[] before = ProductsGroup.rowsFrom(whole, 7);
      loss.valueAndGradient(
          tensor(Samples.uniform(7, 10, 20)),
          tensor(Samples.oneHot(7, 10, 21)),
          whole.firstRows(7));
      checkBits(
          loss.input() + " loss, gradient the first 7 of 12 rows: the rows behind",
          before,
          ProductsGroup.rowsFrom(whole, 7));
    }
  }

  @Test
  @DisplayName(
      "hide no NaN: one in the output or target makes the loss NaN, and its gradient alone")
  void nan() {
    for (Loss loss : losses()) {
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
  @DisplayName("agree with the composed losses, which are held to the same bounds")
  void composed() {
    Assumptions.assumeTrue(
        backend instanceof AbstractBackend<?>,
        "the session does not extend AbstractBackend: nothing is composed of its kernels");
    for (Loss loss : composed((AbstractBackend<?>) backend)) {
      checkLoss(loss, Samples.uniform(33, 10, 5, 26), Samples.oneHot(33, 10, 27));
      checkLoss(loss, Samples.uniform(5, 31, 1e4, 28), Samples.oneHot(5, 31, 29));
    }
  }

  private static <T extends AbstractTensor> List<Loss> composed(AbstractBackend<T> backend) {
    return List.of(new ComposedSoftmaxCrossEntropy<>(backend), new ComposedSquaredError<>(backend));
  }
}
