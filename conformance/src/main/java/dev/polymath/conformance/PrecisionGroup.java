package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import dev.polymath.conformance.Oracle.LossAndGradient;
import dev.polymath.conformance.ProductsGroup.Product;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The digits of float32, from subnormals to infinity. */
abstract class PrecisionGroup extends Group {

  /** All that a dense layer may be. */
  private static final List<Activation> OF_LAYERS =
      List.of(
          Activation.IDENTITY,
          Activation.SIGMOID,
          Activation.TANH,
          Activation.RELU,
          Activation.LEAKY_RELU,
          Activation.ELU,
          Activation.SELU);

  PrecisionGroup(BackendConformance kit) {
    super(kit);
  }

  private void checkProduct(String what, Product product, Expected expected, Matrix a, Matrix b) {
    Tensor out = output(a.rows(), b.cols());
    product.run(backend, input("a", product.storedA(a)), input("b", product.storedB(b)), out);
    check(product.operation() + " of a " + a + ", b " + b + ", " + what, expected, out);
  }

  @Test
  @DisplayName(
      "products of random numbers have the digits of float32, whatever the length of the sum")
  void randomProducts() {
    for (Product product : Product.values()) {
      for (int k : new int[] {32, 128, 256, 784, 1500, 3000}) {
        for (int m : new int[] {1, 29}) {
          Matrix a = Samples.uniform(m, k, 1);
          Matrix b = Samples.uniform(k, 37, 2);
          checkProduct("random numbers", product, Oracle.matmulOfRandom(a, b), a, b);
        }
      }
    }
  }

  private Layer layer(Activation f, Matrix w, Matrix b) {
    Layer layer = backend.dense(w.rows(), w.cols(), f);
    layer.parameters().get(0).value().write(w.floats(), 0);
    layer.parameters().get(1).value().write(b.floats(), 0);
    return layer;
  }

  @Test
  @DisplayName("dense layers of random numbers have the digits of float32, forward and backward")
  void randomLayers() {
    for (int k : new int[] {100, 784, 1500}) {
      Matrix x = Samples.uniform(19, k, 3);
      Matrix w = Samples.uniform(k, 33, 4);
      Layer layer = layer(Activation.IDENTITY, w, Matrix.zeros(1, 33));
      Tensor tx = input("x", x);
      Tensor y = output(19, 33);
      layer.forward(tx, y);
      check("dense " + w + " forward, random numbers", Oracle.matmulOfRandom(x, w), y);
      Matrix dy = Samples.uniform(19, 33, 5);
      Tensor dx = output(19, k);
      Tensor dw = output(k, 33);
      Tensor db = output(1, 33);
      layer.backward(tx, y, tensor(dy), dx, List.of(dw, db));
      String name = "dense " + w + " backward, random numbers: ";
      Oracle.matmulOfRandom(dy, w.transposed()).check(name + "dx", read(dx));
      Oracle.matmulOfRandom(x.transposed(), dy).check(name + "gradient of weight", read(dw));
      Matrix ones = Matrix.zeros(1, 19).map(zero -> 1);
      Oracle.matmulOfRandom(ones, dy).check(name + "gradient of bias", read(db));
    }
  }

  @Test
  @DisplayName("sums of rows of random numbers have the digits of float32")
  void randomSums() {
    for (int rows : new int[] {100, 1000, 20_000}) {
      Matrix x = Samples.uniform(rows, 17, 6);
      Matrix ones = Matrix.zeros(1, rows).map(zero -> 1);
      Tensor out = output(1, 17);
      backend.sumRows(input("x", x), out);
      check("sumRows of " + x + ", random numbers", Oracle.matmulOfRandom(ones, x), out);
    }
  }

  private static Matrix subnormal(int rows, int cols) {
    return Samples.generate(rows, cols, i -> (i % 5 - 2) * 0x1p-140);
  }

  private static Matrix huge(int rows, int cols) {
    return Samples.generate(rows, cols, i -> (i % 3 - 1) * 0x1p120);
  }

  @Test
  @DisplayName("a subnormal in either operand of a product counts as what it is")
  void subnormalsInProducts() {
    for (Product product : Product.values()) {
      for (int k : new int[] {1, 7, 17, 130}) {
        Matrix a = subnormal(9, k);
        Matrix b = huge(k, 33);
        checkProduct("a subnormal", product, Oracle.matmul(a, b), a, b);
        checkProduct(
            "b subnormal",
            product,
            Oracle.matmul(b.transposed(), a.transposed()),
            b.transposed(),
            a.transposed());
      }
    }
  }

  @Test
  @DisplayName("a subnormal in an element-wise operation counts as what it is")
  void subnormalsElementByElement() {
    Matrix small = subnormal(9, 33);
    Matrix large = huge(9, 33);
    for (boolean exchanged : new boolean[] {false, true}) {
      Matrix a = exchanged ? large : small;
      Matrix b = exchanged ? small : large;
      Tensor out = output(9, 33);
      backend.multiply(input("a", a), input("b", b), out);
      check("multiply, " + (exchanged ? "b" : "a") + " subnormal", Oracle.multiply(a, b), out);
    }
    float alpha = 0x1p120f;
    Matrix zeros = Matrix.zeros(9, 33);
    Tensor y = tensor(zeros);
    backend.axpby(alpha, input("x", small), 1, y);
    check("axpby of a subnormal x", Oracle.axpby(alpha, small, 1, zeros), y);
    y = tensor(small);
    backend.axpby(1, input("x", zeros), alpha, y);
    check("axpby of a subnormal y", Oracle.axpby(1, zeros, alpha, small), y);
    y = tensor(large);
    backend.axpby(0x1p-140f, input("x", large), 0, y);
    check("axpby with a subnormal α", Oracle.axpby(0x1p-140, large, 0, large), y);
    Oracle.sumOfSquares(small)
        .check("sumOfSquares of subnormals", backend.sumOfSquares(input("x", small)));
    Tensor same = output(9, 33);
    backend.activate(Activation.IDENTITY, input("x", small), same);
    check("activate IDENTITY of subnormals", Expected.exactly(small), same);
    Tensor dx = output(9, 33);
    backend.activateBackward(
        Activation.SIGMOID, input("y", small.map(Math::abs)), input("dy", large), dx);
    check(
        "activateBackward SIGMOID of a subnormal y",
        Oracle.activateBackward(Activation.SIGMOID, small.map(Math::abs), large),
        dx);
  }

  @Test
  @DisplayName("a subnormal in a dense layer counts as what it is: in x, weight and dy")
  void subnormalsInLayers() {
    Matrix x = subnormal(9, 17);
    Matrix w = huge(17, 33);
    Matrix bias = Matrix.zeros(1, 33);
    Tensor y = output(9, 33);
    layer(Activation.IDENTITY, w, bias).forward(input("x", x), y);
    check("dense forward, x subnormal", Oracle.matmul(x, w), y);
    Matrix large = huge(9, 17);
    Matrix small = subnormal(17, 33);
    Layer layer = layer(Activation.RELU, small, bias);
    layer.forward(input("x", large), y);
    check(
        "dense RELU forward, weight subnormal",
        Oracle.dense(Activation.RELU, large, small, bias),
        y);
    Matrix dy = subnormal(9, 33);
    Tensor dw = output(17, 33);
    layer.backward(
        input("x", large),
        tensor(Samples.generate(9, 33, i -> 1)),
        tensor(dy),
        null,
        List.of(dw, output(1, 33)));
    check("dense backward, dy subnormal", Oracle.matmulTransA(large, dy), dw);
  }

  @Test
  @DisplayName("a logit of −∞ costs nothing where its target is 0, and is infinite elsewhere")
  void maskedLogits() {
    Matrix z = Samples.uniform(6, 33, 5, 7);
    Matrix t = Samples.oneHot(6, 33, 8);
    Matrix smoothed = Samples.uniform(6, 33, 9).map(Math::abs);
    for (int i = 0; i < z.values().length; i++) {
      if (t.values()[i] == 0 && i % 3 != 0) {
        z.values()[i] = Double.NEGATIVE_INFINITY;
        smoothed.values()[i] = 0;
      }
    }
    checkLoss("softmaxCrossEntropy, logits of −∞ with target 0", z, t);
    checkLoss("softmaxCrossEntropy, logits of −∞ with target 0, others smoothed", z, smoothed);
    checkLoss("softmaxCrossEntropy, logits of −∞ with target −0", z, t.map(v -> v == 0 ? -0.0 : v));
    Matrix all = Matrix.zeros(6, 33).map(zero -> Double.NEGATIVE_INFINITY);
    for (int i = 0; i < 6; i++) {
      all.values()[i * 33 + 5 * i] = i - 3;
    }
    Matrix only = all.map(v -> Double.isInfinite(v) ? 0 : 1);
    checkLoss("softmaxCrossEntropy, one finite logit in each row", all, only);
    Loss loss = backend.softmaxCrossEntropy();
    double value = loss.value(input("output", z), input("target", t.map(v -> 1)));
    if (value != Double.POSITIVE_INFINITY) {
      throw new org.opentest4j.AssertionFailedError(
          "softmaxCrossEntropy, a logit of −∞ with a target above 0: expected Infinity, found "
              + value);
    }
    checkInputs("softmaxCrossEntropy");
  }

  private void checkLoss(String what, Matrix z, Matrix t) {
    LossAndGradient expected = Oracle.softmaxCrossEntropy(z, t);
    Loss loss = backend.softmaxCrossEntropy();
    Tensor output = input("output", z);
    Tensor target = input("target", t);
    Tensor gradient = output(z.rows(), z.cols());
    expected.checkValue(what + ": value", loss.value(output, target));
    expected.checkValue(
        what + ": valueAndGradient", loss.valueAndGradient(output, target, gradient));
    check(what + ": gradient", expected.gradient(), gradient);
  }

  @Test
  @DisplayName("softmax of a row of −∞, or with a +∞, is NaN in that row and in no other")
  void softmaxOfInfinity() {
    for (double value : new double[] {Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY}) {
      for (int cols : new int[] {1, 7, 33}) {
        Matrix x = Samples.uniform(5, cols, 4, 10);
        for (int j = 0; j < cols; j++) {
          boolean all = value < 0 || j == cols / 2;
          x.values()[2 * cols + j] = all ? value : x.values()[2 * cols + j];
        }
        Tensor y = output(5, cols);
        backend.activate(Activation.SOFTMAX, input("x", x), y);
        Matrix expected = Oracle.activate(Activation.SOFTMAX, x).value().map(v -> v);
        java.util.Arrays.fill(expected.values(), 2 * cols, 3 * cols, Double.NaN);
        check(
            "softmax of " + x + " with " + value + " in row 2",
            new Expected(expected, Oracle.activate(Activation.SOFTMAX, x).tolerance()),
            y);
      }
    }
  }

  @Test
  @DisplayName(
      "axpby with α = 0 reads x: 0 · NaN and 0 · ∞ are NaN, and finite numbers add nothing")
  void alphaOfZero() {
    Matrix y = Samples.uniform(9, 33, 11);
    Matrix x = Samples.uniform(9, 33, 12);
    x.values()[5] = Double.NaN;
    x.values()[40] = Double.POSITIVE_INFINITY;
    x.values()[200] = Double.NEGATIVE_INFINITY;
    for (float alpha : new float[] {0, -0f}) {
      for (float beta : new float[] {1, 0.5f, 0}) {
        Tensor ty = tensor(y);
        backend.axpby(alpha, input("x", x), beta, ty);
        check(
            "axpby with α = " + alpha + " and β = " + beta + ", NaN and ∞ in x",
            Oracle.axpby(alpha, x, beta, y),
            ty);
      }
    }
  }

  /** Outputs where derivatives are 0, about 0, or a limit. */
  private static final Map<Activation, double[]> EXTREMES =
      Map.of(
          Activation.SIGMOID,
          new double[] {0, 1, 0x1p-126, 0x1p-30, 0.5, 1 - 0x1p-24, 1 - 0x1p-12},
          Activation.TANH,
          new double[] {-1, 1, 0.0, -0.0, 0x1p-30, -0x1p-126, 1 - 0x1p-24, -1 + 0x1p-24},
          Activation.RELU,
          new double[] {0.0, -0.0, 0x1p-149, 0x1p-126, 1, 0x1p127, Double.POSITIVE_INFINITY},
          Activation.LEAKY_RELU,
          new double[] {0.0, -0.0, 0x1p-149, -0x1p-149, -1, 0x1p127, Double.POSITIVE_INFINITY},
          Activation.ELU,
          new double[] {-1, -1 + 0x1p-24, -0x1p-30, 0.0, -0.0, 0x1p-149, 0x1p-126, 0x1p127},
          Activation.SELU,
          new double[] {-0x1p-30, 0.0, -0.0, 0x1p-149, 0x1p-126, -1.75, 0x1p127},
          Activation.IDENTITY,
          new double[] {0, 1, -1, 0x1p127, Double.POSITIVE_INFINITY});

  @Test
  @DisplayName("derivatives are right at the ends of each function, about 0, and for ±∞ in dy")
  void derivativesAtExtremes() {
    for (Activation f : OF_LAYERS) {
      double[] outputs = EXTREMES.getOrDefault(f, new double[] {0});
      Matrix y = Samples.generate(5, 33, i -> outputs[(int) i % outputs.length]);
      for (double scale : new double[] {1, 0x1p-100, 0x1p100}) {
        checkDerivative(f, y, Samples.uniform(5, 33, scale, 13));
      }
      if (f == Activation.RELU || f == Activation.LEAKY_RELU || f == Activation.IDENTITY) {
        Matrix infinite =
            Samples.generate(
                5, 33, i -> i % 2 == 0 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY);
        checkDerivative(f, y, infinite);
      }
    }
  }

  private void checkDerivative(Activation f, Matrix y, Matrix dy) {
    Expected expected = Oracle.activateBackward(f, y, dy);
    String what = " " + f + " at extremes";
    Tensor ty = input("y", y);
    Tensor dx = output(y.rows(), y.cols());
    backend.activateBackward(f, ty, input("dy", dy), dx);
    check("activateBackward" + what, expected, dx);
    Tensor both = tensor(dy);
    backend.activateBackward(f, ty, both, both);
    expected.check("activateBackward" + what + " with dx = dy", read(both));
    // In a layer of ones, the sum over one row is the derivative itself.
    int n = y.cols();
    for (int row = 0; row < y.rows(); row++) {
      Layer layer = backend.dense(1, n, f);
      Tensor db = output(1, n);
      layer.backward(
          tensor(Matrix.of(1, 1, 1)),
          tensor(y.rows(row, row + 1)),
          tensor(dy.rows(row, row + 1)),
          null,
          List.of(output(1, n), db));
      new Expected(
              expected.value().rows(row, row + 1),
              expected.tolerance().rows(row, row + 1).map(t -> 2 * t))
          .check("dense backward" + what + ": gradient of bias", read(db));
    }
  }

  @Test
  @DisplayName("the function of a dense layer is right at its ends, about 0, and for a bias of ±∞")
  void layersAtExtremes() {
    for (Activation f : OF_LAYERS) {
      for (double scale : new double[] {0x1p-40, 0x1p-12, 0.25, 4, 30, 200, 1e6, 1e30}) {
        // One input of 1: z is the weight itself, without a rounding.
        Matrix w = Samples.uniform(1, 130, scale, 14);
        checkLayer(f, Matrix.zeros(3, 1).map(zero -> 1), w, Matrix.zeros(1, 130));
        checkLayer(f, Matrix.zeros(3, 1), w, w);
      }
      Matrix bias = Samples.uniform(1, 130, 15);
      bias.values()[0] = Double.NEGATIVE_INFINITY;
      bias.values()[64] = Double.POSITIVE_INFINITY;
      bias.values()[129] = Double.NEGATIVE_INFINITY;
      bias.values()[100] = Double.NaN;
      checkLayer(f, Samples.uniform(3, 7, 16), Samples.uniform(7, 130, 17), bias);
    }
  }

  /** Where z has no rounding, the layer has the function's own bound. */
  private void checkLayer(Activation f, Matrix x, Matrix w, Matrix bias) {
    Tensor y = output(x.rows(), w.cols());
    layer(f, w, bias).forward(input("x", x), y);
    Expected expected = Oracle.dense(f, x, w, bias);
    if (x.cols() == 1) {
      Matrix z = Oracle.addRow(bias, Oracle.matmul(x, w).value()).value();
      expected = Oracle.activate(f, z);
    }
    check("dense " + w + " " + f + " forward at extremes", expected, y);
  }
}
