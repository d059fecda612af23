package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.BackendProvider;
import dev.polymath.Layer;
import dev.polymath.Tensor;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The three products of both backends")
class ArraysVectorProductsTest {

  private static final int[] SIZES = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 207};

  static java.util.stream.Stream<BackendProvider> providers() {
    return Sessions.providers();
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("agree with naive double loops at awkward shapes, over stale NaNs")
  void awkwardShapes(BackendProvider provider) {
    try (Backend backend = Sessions.open(provider, 1)) {
      for (int i = 0; i < SIZES.length; i++) {
        for (int j = 0; j < SIZES.length; j++) {
          int k = SIZES[(i * 5 + j * 3 + 1) % SIZES.length];
          check(backend, SIZES[i], k, SIZES[j]);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("agree beyond every blocking and threading threshold, on four threads")
  void thresholds(BackendProvider provider) {
    try (Backend backend = Sessions.open(provider, 4)) {
      check(backend, 13, 1100, 70);
      check(backend, 70, 300, 270);
      check(backend, 5, 2050, 256);
      check(backend, 256, 256, 512);
      check(backend, 1, 500, 700);
      check(backend, 700, 1, 300);
    }
  }

  private static void check(Backend backend, int m, int k, int n) {
    Matrix a = Matrix.random(m, k, 1);
    Matrix b = Matrix.random(k, n, 2);
    Tensor out = Matrix.nans(backend.allocate(m, n));
    String shape = m + "x" + k + "x" + n;
    backend.matmul(a.on(backend), b.on(backend), out);
    a.assertProduct(b, out, "NN " + shape);
    Matrix.nans(out);
    backend.matmulTransA(a.transposed().on(backend), b.on(backend), out);
    a.assertProduct(b, out, "TN " + shape);
    Matrix.nans(out);
    backend.matmulTransB(a.on(backend), b.transposed().on(backend), out);
    a.assertProduct(b, out, "NT " + shape);
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("take a matrix in panels in every place, and views of it")
  void panels(BackendProvider provider) {
    int m = 130;
    int k = 192;
    int n = 256;
    Matrix a = Matrix.random(m, k, 3);
    Matrix b = Matrix.random(k, n, 4);
    try (Backend backend = Sessions.open(provider, 2)) {
      for (int panels = 0; panels < 8; panels++) {
        boolean pa = (panels & 1) != 0;
        boolean pb = (panels & 2) != 0;
        Tensor zeros = Matrix.random(m + 3, n, 5).on(backend);
        Tensor large = (panels & 4) == 0 ? zeros : Matrix.random(m + 3, n, 5).asParameter(backend);
        Tensor out = Matrix.nans(large.firstRows(m));
        backend.matmul(place(a, pa, backend), place(b, pb, backend), out);
        a.assertProduct(b, out, "NN, panels " + panels);
        Matrix at = Matrix.random(k, 320, 6);
        Tensor wide = backend.allocate(320, n);
        backend.matmulTransA(place(at, pa, backend), place(b, pb, backend), wide);
        at.transposed().assertProduct(b, wide, "TN, panels " + panels);
        Matrix.nans(out);
        backend.matmulTransB(place(a, pa, backend), place(b.transposed(), pb, backend), out);
        a.assertProduct(b, out, "NT, panels " + panels);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("take one row of a over a parameter of any width, and leave the next row alone")
  void oneRow(BackendProvider provider) {
    int k = 37;
    Matrix a = Matrix.random(1, k, 9);
    try (Backend backend = Sessions.open(provider, 2)) {
      for (int n : new int[] {1, 8, 9, 16, 17, 24, 40, 50, 63, 64, 65, 80, 113, 128, 200, 1030}) {
        Matrix b = Matrix.random(k, n, 10);
        Matrix old = Matrix.random(2, n, 11);
        for (Tensor out : List.of(old.on(backend), old.asParameter(backend))) {
          backend.matmul(a.on(backend), b.asParameter(backend), out.firstRows(1));
          a.assertProduct(b, out.firstRows(1), "1x" + k + "x" + n);
          Matrix found = Matrix.read(out);
          for (int j = 0; j < n; j++) {
            assertEquals(old.at(1, j), found.at(1, j), "row 1 of width " + n);
          }
        }
        // The bias as one more row of b, under a feature of 1.
        Matrix withBias = Matrix.random(k + 1, n, 12);
        Matrix one = Matrix.random(1, k + 1, 13);
        one.values()[k] = 1;
        Layer dense = backend.dense(k, n, Activation.IDENTITY);
        dense.parameters().get(0).value().write(withBias.values(), 0);
        dense.parameters().get(1).value().write(withBias.values(), k * n);
        Tensor x = backend.allocate(1, k);
        x.write(one.values(), 0);
        Tensor y = Matrix.nans(backend.allocate(1, n));
        dense.forward(x, y);
        one.assertProduct(withBias, y, "dense 1x" + k + "x" + n);
      }
    }
  }

  private static Tensor place(Matrix matrix, boolean panels, Backend backend) {
    return panels ? matrix.asParameter(backend) : matrix.on(backend);
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("give the same bits for 1, 2, 3 and 4 threads")
  void threads(BackendProvider provider) {
    int[][] shapes = {{64, 784, 128}, {128, 300, 50}, {33, 100, 207}, {512, 70, 10}};
    for (int[] s : shapes) {
      float[] one = null;
      for (int threads = 1; threads <= 4; threads++) {
        try (Backend backend = Sessions.open(provider, threads)) {
          Tensor out = backend.allocate(s[0], s[2]);
          Tensor dense = backend.allocate(s[0], s[2]);
          Tensor a = Matrix.random(s[0], s[1], 7).on(backend);
          Matrix b = Matrix.random(s[1], s[2], 8);
          backend.matmul(a, b.on(backend), out);
          var layer = backend.dense(s[1], s[2], Activation.TANH);
          b.to(layer.parameters().get(0).value());
          layer.forward(a, dense);
          float[] bits = new float[2 * s[0] * s[2]];
          out.read(bits, 0);
          dense.read(bits, s[0] * s[2]);
          if (one == null) {
            one = bits;
          }
          assertArrayEquals(one, bits);
        }
      }
    }
  }
}
