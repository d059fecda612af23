package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.BackendProvider;
import dev.polymath.Layer;
import dev.polymath.RowSource;
import dev.polymath.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A matrix that several threads fill")
class FillTest {

  private static final int ROWS = 64;
  private static final int COLS = 300;
  private static final int WIDE = 128;

  static java.util.stream.Stream<BackendProvider> providers() {
    return Sessions.providers();
  }

  private static RowSource rows(float[] values) {
    return (from, to, target, at, step) -> {
      for (int i = from; i < to; i++) {
        System.arraycopy(values, i * COLS, target, at + (i - from) * step, COLS);
      }
    };
  }

  private static float[] read(Tensor tensor) {
    float[] values = new float[tensor.rows() * tensor.cols()];
    tensor.read(values, 0);
    return values;
  }

  /** What the products that read x give, forward and backward. */
  private static List<float[]> products(Backend backend, Tensor x) {
    List<float[]> results = new ArrayList<>();
    Tensor w = Matrix.random(COLS, WIDE, 3).on(backend);
    Tensor dy = Matrix.random(x.rows(), WIDE, 4).on(backend);
    Tensor y = backend.allocate(x.rows(), WIDE);
    backend.matmul(x, w, y);
    results.add(read(y));
    Tensor dw = backend.allocate(COLS, WIDE);
    backend.matmulTransA(x, dy, dw);
    results.add(read(dw));
    Layer dense = backend.dense(COLS, WIDE, Activation.SIGMOID);
    dense.parameters().get(0).value().write(read(w), 0);
    dense.forward(x, y);
    results.add(read(y));
    Tensor db = backend.allocate(1, WIDE);
    dense.backward(x, y, dy, null, List.of(dw, db));
    results.add(read(dw));
    return results;
  }

  private static void assertSame(Backend backend, float[] expected, Tensor found, String what) {
    assertArrayEquals(expected, read(found), what);
    Tensor written = backend.allocate(found.rows(), COLS);
    written.write(expected, 0);
    List<float[]> right = products(backend, written);
    List<float[]> results = products(backend, found);
    for (int i = 0; i < right.size(); i++) {
      assertArrayEquals(right.get(i), results.get(i), what + ", product " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("is what the products read, and what is written to it afterwards counts")
  void changes(BackendProvider provider) {
    float[] first = Matrix.random(ROWS, COLS, 1).values();
    float[] second = Matrix.random(ROWS, COLS, 2).values();
    for (int threads = 1; threads <= 3; threads++) {
      try (Backend backend = Sessions.open(provider, threads)) {
        Tensor other = backend.allocate(ROWS, COLS);
        other.write(second, 0);
        Tensor zeros = backend.allocate(ROWS, COLS);
        Tensor x = backend.allocate(ROWS, COLS);
        List<BiConsumer<Backend, Tensor>> ways =
            List.of(
                (b, t) -> t.write(second, 0),
                (b, t) -> t.fill(rows(second)),
                (b, t) -> b.axpby(1, other, 0, t),
                (b, t) -> b.activate(Activation.IDENTITY, other, t),
                (b, t) -> b.activateBackward(Activation.IDENTITY, zeros, other, t),
                (b, t) -> t.firstRows(ROWS).write(second, 0));
        for (int way = 0; way < ways.size(); way++) {
          String what = threads + " threads, way " + way;
          x.fill(rows(first));
          assertSame(backend, first, x, what);
          ways.get(way).accept(backend, x);
          assertSame(backend, second, x, what + " afterwards");
        }
        x.fill(rows(first));
        Tensor eye = backend.allocate(COLS, COLS);
        float[] ones = new float[COLS * COLS];
        for (int i = 0; i < COLS; i++) {
          ones[i * COLS + i] = 1;
        }
        eye.write(ones, 0);
        backend.matmul(other, eye, x);
        assertSame(backend, second, x, threads + " threads, a product into it");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("shares what its views are filled with")
  void views(BackendProvider provider) {
    float[] first = Matrix.random(ROWS, COLS, 1).values();
    float[] second = Matrix.random(ROWS, COLS, 2).values();
    float[] mixed = first.clone();
    System.arraycopy(second, 0, mixed, 0, 40 * COLS);
    float[] few = java.util.Arrays.copyOf(second, 40 * COLS);
    for (int threads = 1; threads <= 3; threads++) {
      try (Backend backend = Sessions.open(provider, threads)) {
        Tensor x = backend.allocate(ROWS, COLS);
        Tensor view = x.firstRows(40);
        view.fill(rows(first));
        x.fill(rows(first));
        view.fill(rows(second));
        assertSame(backend, few, view, threads + " threads, the view");
        assertSame(backend, mixed, x, threads + " threads, the whole");
        x.write(first, 0);
        view.fill(rows(second));
        assertSame(backend, mixed, x, threads + " threads, written, then the view filled");
        x.fill(rows(first));
        assertSame(backend, java.util.Arrays.copyOf(first, 40 * COLS), view, "the view again");
      }
    }
  }

  @Test
  @DisplayName("passes on what the source throws, and can be filled again")
  void failure() {
    float[] values = Matrix.random(ROWS, COLS, 1).values();
    try (Backend backend = Sessions.open(new ArraysProvider(), 2)) {
      Tensor x = backend.allocate(ROWS, COLS);
      x.fill(rows(values));
      IllegalStateException failure =
          assertThrows(
              IllegalStateException.class,
              () ->
                  x.fill(
                      (from, to, target, at, step) -> {
                        target[at] = 42;
                        throw new IllegalStateException("no rows");
                      }));
      assertEquals("no rows", failure.getMessage());
      x.write(values, 0);
      assertSame(backend, values, x, "written");
      x.fill(rows(values));
      assertSame(backend, values, x, "filled");
    }
  }
}
