package dev.polymath.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.AssertionFailedError;

/** The oracle against central differences in double, and against sums done by hand. */
class OracleTest {

  private static final double H = 1e-5;

  /** dL/dx by central differences, element by element. */
  private static void checkGradient(
      String what, Matrix x, ToDoubleFunction<Matrix> loss, Matrix gradient) {
    for (int i = 0; i < x.values().length; i++) {
      double at = x.values()[i];
      x.values()[i] = at + H;
      double above = loss.applyAsDouble(x);
      x.values()[i] = at - H;
      double below = loss.applyAsDouble(x);
      x.values()[i] = at;
      double slope = (above - below) / (2 * H);
      assertEquals(slope, gradient.values()[i], 1e-7 * (1 + Math.abs(slope)), what + " at " + i);
    }
  }

  /** {@code Σ g · y}: its gradient with respect to y is g. */
  private static double weighted(Matrix g, Matrix y) {
    double sum = 0;
    for (int i = 0; i < y.values().length; i++) {
      sum += g.values()[i] * y.values()[i];
    }
    return sum;
  }

  @Test
  @DisplayName("the three products of small integers are those done by hand")
  void products() {
    Matrix a = Matrix.of(2, 3, 1, 2, 3, 4, 5, 6);
    Matrix b = Matrix.of(3, 2, 7, 8, 9, 10, 11, 12);
    float[] product = {58, 64, 139, 154};
    Expected expected = Oracle.matmul(a, b);
    Expected.exactly(expected.value()).check("matmul", product);
    Expected.exactly(Oracle.matmulTransA(a.transposed(), b).value()).check("transA", product);
    Expected.exactly(Oracle.matmulTransB(a, b.transposed()).value()).check("transB", product);
    // 2 · k · u · Σ|a||b| + k · 2⁻¹²⁶
    assertEquals(6 * 0x1p-24 * 58 + 3 * 0x1p-126, expected.tolerance().at(0, 0), 1e-12);
    Expected.exactly(Oracle.sumRows(b).value()).check("sumRows", new float[] {27, 30});
    Expected.exactly(Oracle.addRow(Matrix.of(1, 2, 10, 20), b).value())
        .check("addRow", new float[] {17, 28, 19, 30, 21, 32});
    Expected.exactly(Oracle.multiply(a, a).value())
        .check("multiply", new float[] {1, 4, 9, 16, 25, 36});
    assertEquals(91, Oracle.sumOfSquares(a).value().at(0, 0), 0, "sumOfSquares");
    Expected.exactly(Oracle.axpby(2, a, -1, a).value()).check("axpby", a.floats());
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  @DisplayName("the derivative of each activation, from its output, is its slope")
  void activations(Activation f) {
    Matrix x = Samples.uniform(4, 5, 3, 1);
    Matrix g = Samples.uniform(4, 5, 1, 2);
    Matrix y = Oracle.activate(f, x).value();
    checkGradient(
        f.toString(),
        x,
        at -> weighted(g, Oracle.activate(f, at).value()),
        Oracle.activateBackward(f, y, g).value());
  }

  @ParameterizedTest
  @EnumSource(value = Activation.class, mode = EnumSource.Mode.EXCLUDE, names = "SOFTMAX")
  @DisplayName("the gradients of a dense layer are its slopes in x, weight and bias")
  void dense(Activation f) {
    Matrix x = Samples.uniform(4, 6, 1, 3);
    Matrix w = Samples.uniform(6, 5, 1, 4);
    Matrix b = Samples.uniform(1, 5, 1, 5);
    Matrix g = Samples.uniform(4, 5, 1, 6);
    Matrix y = Oracle.dense(f, x, w, b).value();
    Oracle.DenseGradients gradients = Oracle.denseBackward(f, x, w, y, g);
    ToDoubleFunction<Matrix> loss = any -> weighted(g, Oracle.dense(f, x, w, b).value());
    checkGradient(f + " dx", x, loss, gradients.dx().value());
    checkGradient(f + " dw", w, loss, gradients.dw().value());
    checkGradient(f + " db", b, loss, gradients.db().value());
  }

  @Test
  @DisplayName("the gradients of the losses are their slopes, for any targets")
  void losses() {
    Matrix output = Samples.uniform(4, 5, 2, 7);
    for (Matrix target :
        new Matrix[] {Samples.oneHot(4, 5, 8), Samples.uniform(4, 5, 1, 9), Matrix.zeros(4, 5)}) {
      checkGradient(
          "softmax cross-entropy",
          output,
          z -> Oracle.softmaxCrossEntropy(z, target).value(),
          Oracle.softmaxCrossEntropy(output, target).gradient().value());
      checkGradient(
          "squared error",
          output,
          y -> Oracle.squaredError(y, target).value(),
          Oracle.squaredError(output, target).gradient().value());
      for (double delta : new double[] {0.5, 1}) {
        checkGradient(
            "huber",
            output,
            y -> LossOracle.huber(delta, y, target).value(),
            LossOracle.huber(delta, output, target).gradient().value());
      }
      checkGradient(
          "sigmoid cross-entropy",
          output,
          z -> LossOracle.sigmoidCrossEntropy(z, target).value(),
          LossOracle.sigmoidCrossEntropy(output, target).gradient().value());
    }
  }

  @Test
  @DisplayName("the losses of one row are those done by hand")
  void lossValues() {
    Matrix t = Matrix.of(2, 2, 1, 0, 0, 1);
    assertEquals(
        Math.log(2), Oracle.softmaxCrossEntropy(Matrix.zeros(2, 2), t).value(), 1e-15, "entropy");
    assertEquals(1, Oracle.squaredError(Matrix.zeros(2, 2), t).value(), 0, "squared error");
    assertEquals(0.5, LossOracle.huber(1, Matrix.zeros(2, 2), t).value(), 0, "huber");
    Matrix three = Matrix.of(1, 1, 3);
    assertEquals(
        2 * (3 - 1), LossOracle.huber(2, three, Matrix.zeros(1, 1)).value(), 0, "huber, far");
    assertEquals(
        2 * Math.log(2),
        LossOracle.sigmoidCrossEntropy(Matrix.zeros(2, 2), t).value(),
        1e-15,
        "sigmoids");
    Matrix far = Matrix.of(1, 2, 1e4f, -1e4f);
    assertEquals(2e4, Oracle.softmaxCrossEntropy(far, t.rows(1, 2)).value(), 1e-9, "far logits");
  }

  @Test
  @DisplayName("one AdamW update is the one done by hand, bias correction folded by the caller")
  void adam() {
    Matrix g = Matrix.of(1, 1, 2);
    Matrix zero = Matrix.zeros(1, 1);
    Matrix value = Matrix.of(1, 1, 3);
    double rate = 0.1 * Math.sqrt(1 - 0.999) / (1 - 0.9);
    double epsilon = 1e-8 * Math.sqrt(1 - 0.999);
    Oracle.AdamStep step = Oracle.adam(g, zero, zero, value, 0.9, 0.999, rate, epsilon, 0.01);
    assertEquals(0.2, step.m().value().at(0, 0), 1e-15, "m");
    assertEquals(0.004, step.v().value().at(0, 0), 1e-15, "v");
    // The corrected first step is η · g / (|g| + ε).
    assertEquals(0.99 * 3 - 0.1 * 2 / (2 + 1e-8), step.value().value().at(0, 0), 1e-12, "value");
  }

  @Test
  @DisplayName("a failure gives operation, shapes, element, expected, found and tolerance")
  void failures() {
    Matrix expected = Matrix.of(2, 2, 1, 2, 3, 4);
    Matrix tolerance = Matrix.of(2, 2, 0.5f, 0.5f, 0.5f, 0.5f);
    AssertionFailedError error =
        assertThrows(
            AssertionFailedError.class,
            () ->
                new Expected(expected, tolerance)
                    .check(
                        "matmul of a [2, 3], b [3, 2]", new float[] {1, 2.4f, 3.75f, Float.NaN}));
    assertEquals(
        "matmul of a [2, 3], b [3, 2]: element (1, 0): expected 3.0, found 3.75, tolerance 0.5;"
            + " 2 of 4 elements are wrong",
        error.getMessage());
  }

  @Test
  @DisplayName("NaN asks for NaN, infinity for itself, and the zeros are equal")
  void special() {
    Matrix special = Matrix.of(1, 4, Float.NaN, Float.POSITIVE_INFINITY, -0f, 1);
    Expected expected = Expected.exactly(special);
    expected.check("equal", new float[] {Float.NaN, Float.POSITIVE_INFINITY, 0f, 1});
    for (int i = 0; i < 4; i++) {
      float[] wrong = special.floats();
      wrong[i] = i == 0 ? 0 : Float.NaN;
      AssertionFailedError error =
          assertThrows(AssertionFailedError.class, () -> expected.check("spoiled", wrong));
      assertTrue(error.getMessage().contains("element (0, " + i + ")"), error.getMessage());
    }
  }
}
