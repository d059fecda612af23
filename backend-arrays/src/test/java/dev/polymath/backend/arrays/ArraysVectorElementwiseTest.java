package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.BackendProvider;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Element-wise operations, softmax and losses of both backends")
class ArraysVectorElementwiseTest {

  private static final double TOLERANCE = 0x1p-20;

  /** Rows, columns: one vector, tails, panels, more than one panel, a kilobyte of columns. */
  private static final int[][] SHAPES = {
    {1, 1}, {3, 10}, {5, 17}, {7, 64}, {9, 100}, {64, 128}, {130, 192}, {6, 207}, {66, 512}
  };

  static Stream<BackendProvider> providers() {
    return Sessions.providers();
  }

  /** Runs a case for each shape, all tensors by rows, and with each tensor in panels. */
  private interface Case {
    void run(Backend backend, int rows, int cols, Place place);
  }

  /** How tensor number i of a case is stored. */
  private interface Place {
    Tensor put(Matrix matrix, int index);
  }

  private static void each(BackendProvider provider, Case test) {
    for (int threads = 1; threads <= 3; threads++) {
      try (Backend backend = Sessions.open(provider, threads)) {
        for (int[] shape : SHAPES) {
          for (int panels = 0; panels < 5; panels++) {
            int mask = panels == 0 ? 0 : panels == 4 ? 15 : 1 << (panels - 1);
            test.run(
                backend,
                shape[0],
                shape[1],
                (matrix, index) ->
                    (mask & 1 << index) == 0 ? matrix.on(backend) : matrix.asParameter(backend));
          }
        }
      }
    }
  }

  private static void assertAll(String what, Tensor found, IntToDoubleFunction expected) {
    float[] values = Matrix.read(found).values();
    for (int i = 0; i < values.length; i++) {
      double e = expected.applyAsDouble(i);
      if (!(Math.abs(values[i] - e) <= TOLERANCE * Math.abs(e) + 0x1p-22)) {
        fail(what + ": element " + i + " is " + values[i] + ", expected " + e);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("axpby in each of its cases; with β = 0 over NaNs")
  void axpby(BackendProvider provider) {
    each(
        provider,
        (backend, rows, cols, place) -> {
          Matrix x = Matrix.random(rows, cols, 1);
          Matrix y = Matrix.random(rows, cols, 2);
          float[] xs = x.values();
          float[] ys = y.values();
          Tensor tx = place.put(x, 0);
          for (float beta : new float[] {1f, 0.25f}) {
            Tensor ty = place.put(y, 1);
            backend.axpby(-0.5f, tx, beta, ty);
            assertAll("axpby", ty, i -> -0.5 * xs[i] + (double) beta * ys[i]);
          }
          Tensor ty = Matrix.nans(place.put(y, 1));
          backend.axpby(2f, tx, 0f, ty);
          assertAll("axpby", ty, i -> 2.0 * xs[i]);
        });
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("adam: m, v and value after one step")
  void adam(BackendProvider provider) {
    each(
        provider,
        (backend, rows, cols, place) -> {
          float[] gs = Matrix.random(rows, cols, 1).values();
          float[] ms = Matrix.random(rows, cols, 2).values();
          float[] vs = Matrix.random(rows, cols, 3).values();
          float[] ws = Matrix.random(rows, cols, 4).values();
          for (int i = 0; i < vs.length; i++) {
            vs[i] = Math.abs(vs[i]);
          }
          Tensor g = place.put(new Matrix(rows, cols, gs), 0);
          Tensor m = place.put(new Matrix(rows, cols, ms), 1);
          Tensor v = place.put(new Matrix(rows, cols, vs), 2);
          Tensor w = place.put(new Matrix(rows, cols, ws), 3);
          backend.adam(g, m, v, w, 0.9f, 0.999f, 1e-3f, 1e-8f, 0.01f);
          IntToDoubleFunction newM = i -> 0.9f * (double) ms[i] + (1 - (double) 0.9f) * gs[i];
          IntToDoubleFunction newV =
              i -> 0.999f * (double) vs[i] + (1 - (double) 0.999f) * gs[i] * gs[i];
          assertAll("m", m, newM);
          assertAll("v", v, newV);
          assertAll(
              "value",
              w,
              i ->
                  (1 - (double) 0.01f) * ws[i]
                      - 1e-3f * newM.applyAsDouble(i) / (Math.sqrt(newV.applyAsDouble(i)) + 1e-8f));
        });
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("addRow and sumRows")
  void rows(BackendProvider provider) {
    each(
        provider,
        (backend, rows, cols, place) -> {
          Matrix row = Matrix.random(1, cols, 1);
          Matrix y = Matrix.random(rows, cols, 2);
          Tensor ty = place.put(y, 0);
          backend.addRow(place.put(row, 1), ty);
          assertAll("addRow", ty, i -> (double) y.values()[i] + row.values()[i % cols]);
          Tensor sums = Matrix.nans(place.put(row, 2));
          backend.sumRows(place.put(y, 0), sums);
          float[] found = Matrix.read(sums).values();
          for (int j = 0; j < cols; j++) {
            double sum = 0;
            for (int i = 0; i < rows; i++) {
              sum += y.at(i, j);
            }
            assertEquals(sum, found[j], rows * rows * 0x1p-24, "sumRows, column " + j);
          }
        });
  }

  private static double apply(Activation f, double x) {
    return switch (f) {
      case IDENTITY -> x;
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case TANH -> Math.tanh(x);
      case RELU -> Math.max(x, 0);
      case LEAKY_RELU -> x > 0 ? x : Activation.LEAKY_SLOPE * x;
      case ELU -> x > 0 ? x : Math.expm1(x);
      case SELU -> Activation.SELU_SCALE * (x > 0 ? x : Activation.SELU_ALPHA * Math.expm1(x));
      case SOFTMAX -> throw new AssertionError();
    };
  }

  private static double derivative(Activation f, double y) {
    return switch (f) {
      case IDENTITY -> 1;
      case SIGMOID -> y * (1 - y);
      case TANH -> 1 - y * y;
      case RELU -> y > 0 ? 1 : 0;
      case LEAKY_RELU -> y > 0 ? 1 : Activation.LEAKY_SLOPE;
      case ELU -> y > 0 ? 1 : y + 1;
      case SELU ->
          y > 0 ? Activation.SELU_SCALE : y + Activation.SELU_SCALE * Activation.SELU_ALPHA;
      case SOFTMAX -> throw new AssertionError();
    };
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("activations forward and backward, into another tensor and in place")
  void activations(BackendProvider provider) {
    each(
        provider,
        (backend, rows, cols, place) -> {
          Matrix x = Matrix.random(rows, cols, 1);
          Matrix dy = Matrix.random(rows, cols, 2);
          for (Activation f : Activation.values()) {
            if (f == Activation.SOFTMAX) {
              continue;
            }
            Tensor y = Matrix.nans(place.put(x, 1));
            backend.activate(f, place.put(x, 0), y);
            assertAll(f + " forward", y, i -> apply(f, x.values()[i]));
            float[] ys = Matrix.read(y).values();
            Tensor dx = Matrix.nans(place.put(x, 2));
            backend.activateBackward(f, y, place.put(dy, 0), dx);
            assertAll(f + " backward", dx, i -> derivative(f, ys[i]) * dy.values()[i]);
            Tensor inPlace = place.put(x, 0);
            backend.activate(f, inPlace, inPlace);
            assertAll(f + " in place", inPlace, i -> ys[i]);
            Tensor gradient = place.put(dy, 0);
            backend.activateBackward(f, y, gradient, gradient);
            assertAll(f + " in place", gradient, i -> derivative(f, ys[i]) * dy.values()[i]);
          }
        });
  }

  private static double[] softmax(Matrix x) {
    double[] y = new double[x.rows() * x.cols()];
    for (int i = 0; i < x.rows(); i++) {
      double sum = 0;
      double max = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < x.cols(); j++) {
        max = Math.max(max, x.at(i, j));
      }
      for (int j = 0; j < x.cols(); j++) {
        y[i * x.cols() + j] = Math.exp(x.at(i, j) - max);
        sum += y[i * x.cols() + j];
      }
      for (int j = 0; j < x.cols(); j++) {
        y[i * x.cols() + j] /= sum;
      }
    }
    return y;
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("softmax forward and backward")
  void softmax(BackendProvider provider) {
    each(
        provider,
        (backend, rows, cols, place) -> {
          Matrix x = Matrix.random(rows, cols, 1);
          Matrix dy = Matrix.random(rows, cols, 2);
          double[] expected = softmax(x);
          Tensor y = Matrix.nans(place.put(x, 1));
          backend.activate(Activation.SOFTMAX, place.put(x, 0), y);
          assertAll("softmax", y, i -> expected[i]);
          Tensor dx = Matrix.nans(place.put(x, 2));
          backend.activateBackward(Activation.SOFTMAX, y, place.put(dy, 0), dx);
          double[] dot = new double[rows];
          for (int i = 0; i < rows * cols; i++) {
            dot[i / cols] += expected[i] * dy.values()[i];
          }
          assertAll("backward", dx, i -> expected[i] * (dy.values()[i] - dot[i / cols]));
        });
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("softmax cross-entropy of real-valued targets: value and gradient")
  void crossEntropy(BackendProvider provider) {
    each(
        provider,
        (backend, rows, cols, place) -> {
          Matrix z = Matrix.random(rows, cols, 1);
          Matrix t = Matrix.random(rows, cols, 2);
          double[] p = softmax(z);
          double[] weight = new double[rows];
          double loss = 0;
          for (int i = 0; i < rows * cols; i++) {
            weight[i / cols] += t.values()[i];
            loss -= t.values()[i] * Math.log(p[i]) / rows;
          }
          Loss entropy = backend.softmaxCrossEntropy();
          Tensor tz = place.put(z, 0);
          Tensor tt = place.put(t, 1);
          Tensor dz = Matrix.nans(place.put(z, 2));
          double found = entropy.valueAndGradient(tz, tt, dz);
          assertEquals(loss, found, 1e-6 * cols);
          assertEquals(found, entropy.value(tz, tt));
          assertAll("dz", dz, i -> (p[i] * weight[i / cols] - t.values()[i]) / rows);
        });
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("squared error: value and gradient")
  void squaredError(BackendProvider provider) {
    each(
        provider,
        (backend, rows, cols, place) -> {
          float[] y = Matrix.random(rows, cols, 1).values();
          float[] t = Matrix.random(rows, cols, 2).values();
          double loss = 0;
          for (int i = 0; i < y.length; i++) {
            loss += ((double) y[i] - t[i]) * ((double) y[i] - t[i]) / rows;
          }
          Tensor dy = Matrix.nans(place.put(new Matrix(rows, cols, y), 2));
          Loss error = backend.squaredError();
          Tensor ty = place.put(new Matrix(rows, cols, y), 0);
          Tensor tt = place.put(new Matrix(rows, cols, t), 1);
          double found = error.valueAndGradient(ty, tt, dy);
          assertEquals(loss, found, 1e-6 * cols);
          assertEquals(found, error.value(ty, tt));
          assertAll("dy", dy, i -> 2 * ((double) y[i] - t[i]) / rows);
        });
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("a NaN stays visible, logits of ±10⁴ and a masked logit stay finite")
  void specialValues(BackendProvider provider) {
    try (Backend backend = Sessions.open(provider, 1)) {
      for (Activation f : Activation.values()) {
        float[] x = new float[37];
        x[20] = Float.NaN;
        Tensor y = backend.allocate(1, 37);
        backend.activate(f, new Matrix(1, 37, x).on(backend), y);
        assertTrue(Float.isNaN(Matrix.read(y).values()[20]), f.toString());
        assertEquals(f == Activation.SOFTMAX, Float.isNaN(Matrix.read(y).values()[0]), f + " 0");
      }
      Tensor z =
          new Matrix(1, 4, new float[] {1e4f, -1e4f, 0, Float.NEGATIVE_INFINITY}).on(backend);
      Tensor t = new Matrix(1, 4, new float[] {0.5f, 0.25f, 0.25f, 0}).on(backend);
      Tensor dz = backend.allocate(1, 4);
      double loss = backend.softmaxCrossEntropy().valueAndGradient(z, t, dz);
      assertEquals(0.25 * 2e4 + 0.25 * 1e4, loss, 1e-2);
      assertAll("dz", dz, i -> new double[] {0.5, -0.25, -0.25, 0}[i]);
    }
  }
}
