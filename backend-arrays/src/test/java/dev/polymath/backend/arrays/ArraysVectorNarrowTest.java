package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Tensor;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Widths below whole vectors have tiles of their own: the scalar kernels know no width. */
@DisplayName("Products of arrays-vector, whatever is left over below whole vectors,")
class ArraysVectorNarrowTest {

  private static final int[] ROWS = {1, 4, 8, 15, 16, 17, 23, 49, 64, 70};
  private static final int[] STEPS = {1, 10, 50, 64, 65, 100, 130, 520};

  private static void same(String what, Tensor expected, Tensor found) {
    assertArrayEquals(Matrix.read(expected).values(), Matrix.read(found).values(), what);
  }

  @Test
  @DisplayName("have the bits of arrays at every width to 70, and beyond a panel")
  void widths() {
    for (int n = 1; n <= 140; n += n < 70 ? 1 : 7) {
      try (Backend scalar = Sessions.open(new ArraysProvider(), 1);
          Backend vector = Sessions.open(new ArraysVectorProvider(), 1 + n % 2)) {
        for (int i = 0; i < STEPS.length; i++) {
          // Every number of rows meets every number of steps within a few widths.
          products(scalar, vector, ROWS[(i + n) % ROWS.length], STEPS[i], n);
          products(scalar, vector, ROWS[(3 * i + 2 * n + 5) % ROWS.length], STEPS[i], n);
        }
      }
    }
  }

  private static void products(Backend scalar, Backend vector, int m, int k, int n) {
    Matrix a = Matrix.random(m, k, 1);
    Matrix b = Matrix.random(k, n, 2);
    Tensor[][] out = new Tensor[2][4];
    for (int i = 0; i < 2; i++) {
      Backend backend = i == 0 ? scalar : vector;
      for (int j = 0; j < 4; j++) {
        out[i][j] = Matrix.nans(backend.allocate(m, n));
      }
      backend.matmul(a.on(backend), b.on(backend), out[i][0]);
      backend.matmulTransA(a.transposed().on(backend), b.on(backend), out[i][1]);
      backend.matmulTransB(a.on(backend), b.transposed().on(backend), out[i][2]);
      Layer dense = backend.dense(k, n, Activation.TANH);
      b.to(dense.parameters().get(0).value());
      Matrix.random(1, n, 3).to(dense.parameters().get(1).value());
      dense.forward(a.on(backend), out[i][3]);
    }
    for (int j = 0; j < 4; j++) {
      same("form " + j + " of " + m + "x" + k + "x" + n, out[0][j], out[1][j]);
    }
  }

  @Test
  @DisplayName("take operands in panels, and leave the rows after a view alone")
  void views() {
    int k = 192;
    for (int n : new int[] {3, 9, 10, 49, 50, 52, 74, 114}) {
      for (int m : new int[] {16, 20, 65, 96}) {
        Matrix a = Matrix.random(m, k, 4);
        Matrix b = Matrix.random(k, n, 5);
        Matrix old = Matrix.random(m + 2, n, 6);
        try (Backend scalar = Sessions.open(new ArraysProvider(), 1);
            Backend vector = Sessions.open(new ArraysVectorProvider(), 1)) {
          Tensor expected = scalar.allocate(m, n);
          scalar.matmul(a.on(scalar), b.on(scalar), expected);
          for (Tensor all : new Tensor[] {old.on(vector), old.asParameter(vector)}) {
            Tensor out = all.firstRows(m);
            vector.matmul(a.asParameter(vector), b.asParameter(vector), out);
            same("NN " + m + "x" + n, expected, out);
            vector.matmulTransA(a.transposed().asParameter(vector), b.on(vector), out);
            same("TN " + m + "x" + n, expected, out);
            vector.matmulTransB(a.on(vector), b.transposed().asParameter(vector), out);
            same("NT " + m + "x" + n, expected, out);
            Matrix found = Matrix.read(all);
            for (int i = m; i < m + 2; i++) {
              for (int j = 0; j < n; j++) {
                assertEquals(old.at(i, j), found.at(i, j), "row " + i + " of " + m + "x" + n);
              }
            }
          }
        }
      }
    }
  }
}
