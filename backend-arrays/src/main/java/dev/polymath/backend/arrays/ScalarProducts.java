package dev.polymath.backend.arrays;

import dev.polymath.Activation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The three products in scalar loops. A block of b, transposed if need be, is copied into rows of
 * their own, and a row of the output is summed up in a row of its own: C2 turns {@code sum[j] += x
 * * row[j]} into vector instructions where all arrays share one index, and leaves it scalar where
 * each has an offset (7 GFLOP/s against 25).
 */
final class ScalarProducts {

  /** Rows and columns of b in a block, 256 KiB: four passes share the second-level cache. */
  private static final int BLOCK = 256;

  private ScalarProducts() {}

  /** A block of b; last a row of sums. */
  static float[][] newScratch() {
    return new float[BLOCK + 1][BLOCK];
  }

  static void multiply(
      Form form,
      ArraysTensor a,
      ArraysTensor b,
      @Nullable ArraysTensor bias,
      Activation f,
      ArraysTensor out,
      int r0,
      int r1,
      int c0,
      int c1,
      float[][] scratch) {
    boolean transposed = form == Form.TN;
    int k = transposed ? a.rows() : a.cols();
    int step = transposed ? a.stride : 1;
    float[] sum = scratch[BLOCK];
    for (int j = c0; j < c1; j += BLOCK) {
      int n = Math.min(BLOCK, c1 - j);
      for (int p = 0; p < k; p += BLOCK) {
        int depth = Math.min(BLOCK, k - p);
        copy(form, b, p, depth, j, n, scratch);
        for (int i = r0; i < r1; i++) {
          if (p > 0) {
            System.arraycopy(out.data, out.at(i, j), sum, 0, n);
          } else if (bias != null) {
            System.arraycopy(bias.data, bias.at(0, j), sum, 0, n);
          } else {
            Arrays.fill(sum, 0, n, 0f);
          }
          addProducts(a.data, transposed ? a.at(p, i) : a.at(i, p), step, scratch, depth, sum, n);
          System.arraycopy(sum, 0, out.data, out.at(i, j), n);
          if (p + depth == k) {
            ScalarActivations.activate(f, out.data, out.at(i, j), out.data, out.at(i, j), n);
          }
        }
      }
    }
  }

  /** {@code rows[q][r] = b[p + q, j + r]}, of bᵀ for the form NT. */
  private static void copy(
      Form form, ArraysTensor b, int p, int depth, int j, int n, float[][] rows) {
    if (form == Form.NT) {
      for (int r = 0; r < n; r++) {
        int at = b.at(j + r, p);
        for (int q = 0; q < depth; q++) {
          rows[q][r] = b.data[at + q];
        }
      }
    } else {
      for (int q = 0; q < depth; q++) {
        System.arraycopy(b.data, b.at(p + q, j), rows[q], 0, n);
      }
    }
  }

  /** {@code sum += Σ a[at + q · step] · rows[q]}, four rows a pass over the sum, added in order. */
  private static void addProducts(
      float[] a, int at, int step, float[][] rows, int depth, float[] sum, int n) {
    int q = 0;
    for (; q + 4 <= depth; q += 4, at += 4 * step) {
      float x0 = a[at];
      float x1 = a[at + step];
      float x2 = a[at + 2 * step];
      float x3 = a[at + 3 * step];
      addFour(x0, rows[q], x1, rows[q + 1], x2, rows[q + 2], x3, rows[q + 3], sum, n);
    }
    for (; q < depth; q++, at += step) {
      addOne(a[at], rows[q], sum, n);
    }
  }

  private static void addFour(
      float x0,
      float[] row0,
      float x1,
      float[] row1,
      float x2,
      float[] row2,
      float x3,
      float[] row3,
      float[] sum,
      int n) {
    for (int j = 0; j < n; j++) {
      float s = Fma.of(x0, row0[j], sum[j]);
      s = Fma.of(x1, row1[j], s);
      s = Fma.of(x2, row2[j], s);
      sum[j] = Fma.of(x3, row3[j], s);
    }
  }

  private static void addOne(float x, float[] row, float[] sum, int n) {
    for (int j = 0; j < n; j++) {
      sum[j] = Fma.of(x, row[j], sum[j]);
    }
  }
}
