package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.Backend;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** On ranges within larger arrays: each starts elsewhere, and what stands around it must stay. */
@DisplayName("The scalar kernels")
class ScalarKernelsTest {

  private static final float G = 99f;
  private static final float INFINITY = Float.POSITIVE_INFINITY;

  private final ScalarKernels kernels = new ScalarKernels();

  @Test
  @DisplayName("say what they are")
  void what() {
    assertEquals("scalar loops", kernels.runsOn());
    assertTrue(kernels.allocationFree());
    assertEquals(1, kernels.lanes());
    assertEquals(0, kernels.panelColumns());
  }

  @Test
  @DisplayName("add and sum rows")
  void rows() {
    float[] y = {G, 10, 20, G};
    kernels.addRow(new float[] {G, G, 1, 2}, 2, y, 1, 2);
    assertArrayEquals(new float[] {G, 11, 22, G}, y);
    // Three rows of two, five apart.
    float[] x = {G, 1, 2, G, G, G, 3, 4, G, G, G, 5, 6};
    float[] out = {G, 7, 7, G};
    kernels.sumRows(x, 1, 5, 3, out, 1, 2);
    assertArrayEquals(new float[] {G, 9, 12, G}, out);
  }

  @Test
  @DisplayName("update by αx + βy, and don't read y with β = 0")
  void axpby() {
    float[] x = {G, 1, 2};
    float[] y = {G, G, 10, 20, G};
    kernels.axpby(3, x, 1, 0.5f, y, 2, 2);
    assertArrayEquals(new float[] {G, G, 8, 16, G}, y);
    float[] none = {G, Float.NaN, INFINITY, G};
    kernels.axpby(3, x, 1, 0, none, 1, 2);
    assertArrayEquals(new float[] {G, 3, 6, G}, none);
    float[] negative = {1};
    kernels.axpby(0, new float[] {1}, 0, -2, negative, 0, 1);
    assertArrayEquals(new float[] {-2}, negative);
  }

  @Test
  @DisplayName("multiply element by element")
  void multiply() {
    float[] out = {G, G, G, 0, 0, G};
    kernels.multiply(new float[] {G, 2, 3}, 1, new float[] {G, G, 5, 7}, 2, out, 3, 2);
    assertArrayEquals(new float[] {G, G, G, 10, 21, G}, out);
  }

  @Test
  @DisplayName("make a step of AdamW")
  void adam() {
    float[] gradient = {G, 4, -2};
    float[] m = {G, G, 2, 1};
    float[] v = {G, G, G, 8, 3};
    float[] value = {G, G, G, G, 10, -5, G};
    kernels.adam(gradient, 1, m, 2, v, 3, value, 4, 2, 0.75f, 0.25f, 2, 1, 0.1f);
    assertArrayEquals(new float[] {G, G, 2.5f, 0.25f}, m);
    assertArrayEquals(new float[] {G, G, G, 14, 3.75f}, v);
    assertEquals(9 - 5 / (Math.sqrt(14) + 1), value[4], 1e-6);
    assertEquals(-4.5 - 0.5 / (Math.sqrt(3.75) + 1), value[5], 1e-6);
    assertEquals(G, value[3]);
    assertEquals(G, value[6]);
  }

  @Test
  @DisplayName("activate, and multiply by the derivative")
  void activate() {
    float[] y = {G, 0, 0, G};
    kernels.activate(Activation.RELU, new float[] {G, G, -1, 2}, 2, y, 1, 2);
    assertArrayEquals(new float[] {G, 0, 2, G}, y);
    float[] dx = {0, 0, G};
    kernels.activateBackward(Activation.RELU, y, 1, new float[] {G, G, G, 5, 6}, 3, dx, 0, 2);
    assertArrayEquals(new float[] {0, 6, G}, dx);
  }

  @Test
  @DisplayName("take the softmax of a row, and its derivative")
  void softmax() {
    float[] x = {G, 1, 2, 4};
    float[] y = {G, G, 0, 0, 0, G};
    kernels.softmax(x, 1, y, 2, 3);
    double sum = Math.exp(-3) + Math.exp(-2) + 1;
    assertArrayEquals(
        new float[] {
          G, G, (float) (Math.exp(-3) / sum), (float) (Math.exp(-2) / sum), (float) (1 / sum), G
        },
        y,
        1e-7f);
    float[] dx = {G, 0, 0, G};
    kernels.softmaxBackward(
        new float[] {G, 0.25f, 0.75f}, 1, new float[] {G, G, 8, 4}, 2, dx, 1, 2);
    // The mean of dy by y is 5.
    assertArrayEquals(new float[] {G, 0.75f, -0.75f, G}, dx);
  }

  @Test
  @DisplayName("take a softmax that is finite for large numbers, and NaN for NaN")
  void softmaxEnds() {
    float[] y = new float[2];
    kernels.softmax(new float[] {1e4f, -1e4f}, 0, y, 0, 2);
    assertArrayEquals(new float[] {1, 0}, y);
    kernels.softmax(new float[] {Float.NaN, 1}, 0, y, 0, 2);
    assertTrue(Float.isNaN(y[0]) && Float.isNaN(y[1]));
  }

  @Test
  @DisplayName("take the cross-entropy of a row and its gradient, with targets of any sum")
  void crossEntropy() {
    float[] z = {G, 100, 101, 103};
    float[] t = {G, G, 0.5f, 0, 1.5f};
    float[] dz = {G, 0, 0, 0, G};
    double sum = Math.exp(-3) + Math.exp(-2) + 1;
    double loss = kernels.crossEntropy(z, 1, t, 2, dz, 1, 3, 0.25f);
    assertEquals(2 * Math.log(sum) + 0.5 * 3, loss, 1e-6);
    float[] expected = {G, 0, 0, 0, G};
    double[] e = {Math.exp(-3), Math.exp(-2), 1};
    for (int i = 0; i < 3; i++) {
      expected[1 + i] = (float) (0.25 * (2 * e[i] / sum - t[2 + i]));
    }
    assertArrayEquals(expected, dz, 1e-6f);
    float[] impossible = new float[2];
    assertEquals(
        0,
        kernels.crossEntropy(
            new float[] {-INFINITY, 0}, 0, new float[] {0, 1}, 0, impossible, 0, 2, 1));
    assertArrayEquals(new float[] {0, 0}, impossible);
  }

  @Test
  @DisplayName("take the cross-entropy of sigmoids and its gradient")
  void sigmoidCrossEntropy() {
    int n = 1100; // more than the factors of two logarithms
    SplittableRandom random = new SplittableRandom(7);
    float[] z = new float[n + 1];
    float[] t = new float[n + 2];
    float[] dz = new float[n + 4];
    Arrays.fill(dz, G);
    double expected = 0;
    for (int i = 0; i < n; i++) {
      z[1 + i] = (float) (random.nextDouble() * 60 - 30);
      t[2 + i] = (float) random.nextDouble();
      expected +=
          Math.max(z[1 + i], 0)
              - (double) z[1 + i] * t[2 + i]
              + Math.log1p(Math.exp(-Math.abs(z[1 + i])));
    }
    assertEquals(expected, kernels.sigmoidCrossEntropy(z, 1, t, 2, dz, 3, n, 0.5f), 1e-4);
    for (int i = 0; i < n; i++) {
      assertEquals(0.5 * (1 / (1 + Math.exp(-z[1 + i])) - t[2 + i]), dz[3 + i], 1e-6);
    }
    assertEquals(G, dz[2]);
    assertEquals(G, dz[n + 3]);
    float[] half = new float[1];
    assertEquals(
        Math.log(2),
        kernels.sigmoidCrossEntropy(new float[1], 0, new float[] {0.5f}, 0, half, 0, 1, 1),
        1e-12);
    assertEquals(0, half[0]);
  }

  @Test
  @DisplayName("charge nothing for an infinite logit that is right, and keep NaN")
  void infiniteLogits() {
    assertEquals(0, sigmoids(INFINITY, 1));
    assertEquals(0, sigmoids(-INFINITY, 0));
    assertEquals(Double.POSITIVE_INFINITY, sigmoids(INFINITY, 0));
    assertEquals(Double.POSITIVE_INFINITY, sigmoids(-INFINITY, 1));
    assertEquals(Double.POSITIVE_INFINITY, sigmoids(INFINITY, 0.5f));
    assertTrue(Double.isNaN(sigmoids(Float.NaN, 0)));
    assertTrue(Double.isNaN(sigmoids(1, Float.NaN)));
  }

  private double sigmoids(float z, float t) {
    return kernels.sigmoidCrossEntropy(
        new float[] {z}, 0, new float[] {t}, 0, new float[1], 0, 1, 1);
  }

  @Test
  @DisplayName("sum the squares of columns, eight at once and one by one")
  void columnSquares() {
    SplittableRandom random = new SplittableRandom(8);
    for (int n = 1; n <= 26; n++) {
      int rows = 1 + n % 4;
      int stride = n + 3;
      float[] x = new float[2 + rows * stride];
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) random.nextDouble();
      }
      double[] sums = new double[n + 3];
      Arrays.fill(sums, G);
      kernels.columnSquares(x, 2, stride, rows, sums, 1, n);
      assertEquals(G, sums[0]);
      assertEquals(G, sums[n + 1]);
      for (int j = 0; j < n; j++) {
        double expected = 0;
        for (int i = 0; i < rows; i++) {
          double element = x[2 + i * stride + j];
          expected += element * element;
        }
        assertEquals(expected, sums[1 + j], n + " columns, column " + j);
      }
    }
  }

  @Test
  @DisplayName("sum all squares in squares of 64, in the order that the sum is defined by")
  void sumOfSquares() {
    try (Backend backend = Sessions.open(new ArraysProvider(), 1)) {
      int[][] sizes = {{1, 1}, {64, 64}, {65, 63}, {63, 65}, {130, 200}, {3, 500}, {500, 3}};
      for (int[] size : sizes) {
        Matrix x = Matrix.random(size[0], size[1], 9);
        double expected = 0;
        for (int r = 0; r < size[0]; r += 64) {
          for (int c = 0; c < size[1]; c += 64) {
            expected += square(x, r, c);
          }
        }
        assertEquals(expected, backend.sumOfSquares(x.on(backend)), Arrays.toString(size));
      }
    }
  }

  private static double square(Matrix x, int row, int column) {
    double sum = 0;
    for (int j = column; j < Math.min(column + 64, x.cols()); j++) {
      double ofColumn = 0;
      for (int i = row; i < Math.min(row + 64, x.rows()); i++) {
        ofColumn += (double) x.at(i, j) * x.at(i, j);
      }
      sum += ofColumn;
    }
    return sum;
  }
}
