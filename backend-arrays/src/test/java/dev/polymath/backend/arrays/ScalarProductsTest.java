package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.polymath.Activation;
import dev.polymath.Backend;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On small integers: every sum is exact, whatever its order. */
@DisplayName("The scalar products")
class ScalarProductsTest {

  private static final float G = 99f;

  private final Backend backend = Sessions.open(new ArraysProvider(), 1);
  private final ScalarKernels kernels = new ScalarKernels();
  private final SplittableRandom random = new SplittableRandom(1);

  @AfterEach
  void close() {
    backend.close();
  }

  /** Rows of a larger matrix, so that nothing hangs on where the storage ends. */
  private ArraysTensor tensor(int rows, int cols) {
    ArraysTensor tensor = (ArraysTensor) backend.allocate(rows + 1, cols).firstRows(rows);
    float[] values = new float[rows * cols];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(9) - 4;
    }
    tensor.write(values, 0);
    return tensor;
  }

  private ArraysTensor guarded(int rows, int cols) {
    ArraysTensor tensor = tensor(rows, cols);
    float[] values = new float[rows * cols];
    java.util.Arrays.fill(values, G);
    tensor.write(values, 0);
    return tensor;
  }

  private void assertProduct(
      Form form,
      int m,
      int k,
      int n,
      boolean biased,
      Activation f,
      int r0,
      int r1,
      int c0,
      int c1) {
    ArraysTensor a = form == Form.TN ? tensor(k, m) : tensor(m, k);
    ArraysTensor b = form == Form.NT ? tensor(n, k) : tensor(k, n);
    ArraysTensor bias = biased ? tensor(1, n) : null;
    ArraysTensor out = guarded(m, n);
    kernels.product(form, a, b, bias, f, out, r0, r1, c0, c1, kernels.newScratch());
    Matrix x = form == Form.TN ? Matrix.read(a).transposed() : Matrix.read(a);
    Matrix y = form == Form.NT ? Matrix.read(b).transposed() : Matrix.read(b);
    Matrix found = Matrix.read(out);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        float expected = G;
        if (i >= r0 && i < r1 && j >= c0 && j < c1) {
          float sum = bias == null ? 0 : Matrix.read(bias).at(0, j);
          for (int p = 0; p < k; p++) {
            sum += x.at(i, p) * y.at(p, j);
          }
          expected = f == Activation.LEAKY_RELU ? Math.max(sum, sum * 0.01f) : sum;
        }
        if (expected != found.at(i, j)) {
          assertEquals(expected, found.at(i, j), form + " (" + i + ", " + j + ")");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 255, 256, 257, 259, 513})
  @DisplayName("of any depth, with and without a bias and an activation")
  void depths(int k) {
    for (Form form : Form.values()) {
      assertProduct(form, 2, k, 3, false, Activation.IDENTITY, 0, 2, 0, 3);
      assertProduct(form, 2, k, 3, true, Activation.LEAKY_RELU, 0, 2, 0, 3);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 255, 256, 257, 513})
  @DisplayName("of any width")
  void widths(int n) {
    for (Form form : Form.values()) {
      assertProduct(form, 2, 5, n, true, Activation.IDENTITY, 0, 2, 0, n);
    }
  }

  @Test
  @DisplayName("of a block write that block and nothing else")
  void blocks() {
    for (Form form : Form.values()) {
      assertProduct(form, 12, 6, 400, true, Activation.LEAKY_RELU, 4, 8, 64, 384);
      assertProduct(form, 12, 300, 70, false, Activation.IDENTITY, 8, 12, 64, 70);
    }
  }
}
