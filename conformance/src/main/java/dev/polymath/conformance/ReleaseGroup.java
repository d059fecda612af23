package dev.polymath.conformance;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import dev.polymath.conformance.Parallel.Work;
import dev.polymath.conformance.ProductsGroup.Product;
import dev.polymath.conformance.Threads.OpensItsOwn;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tensors that are given back: what is refused then, and that nothing else is touched. */
abstract class ReleaseGroup extends Group {

  private static final int CALLERS = 4;
  private static final int REPEATS = 50;

  /** Rows and columns of what is allocated and released again and again: 64 KiB. */
  private static final int SIDE = 128;

  ReleaseGroup(BackendConformance kit) {
    super(kit);
  }

  private Tensor t(int rows, int cols) {
    return backend.allocate(rows, cols);
  }

  @Test
  @DisplayName("a released tensor and its views are refused in every place, by a sentence")
  void refused() {
    Tensor whole = t(3, 3);
    Tensor row = t(1, 3);
    backend.release(whole);
    backend.release(row);
    refused(whole, row);

    Tensor parent = t(5, 3);
    Tensor view = parent.firstRows(4).firstRows(3);
    Tensor rowView = parent.firstRows(1);
    backend.release(parent);
    refused(view, rowView);

    // A view stands for the whole.
    Tensor one = t(3, 3);
    Tensor other = t(2, 3);
    Tensor otherRow = other.firstRows(1);
    backend.release(one.firstRows(2));
    backend.release(other.firstRows(2));
    refused(one, otherRow);
  }

  private void refused(Tensor gone, Tensor goneRow) {
    Activation f = Activation.RELU;
    refused("read", "tensor", () -> gone.read(new float[9], 0));
    refused("write", "tensor", () -> gone.write(new float[9], 0));
    refused("fill", "tensor", () -> gone.fill((from, to, target, at, step) -> {}));
    refused("firstRows", "tensor", () -> gone.firstRows(1));
    refused("allocateLike", "tensor", () -> backend.allocateLike(gone));
    for (Product product : Product.values()) {
      String operation = product.operation();
      refused(operation, "a", () -> product.run(backend, gone, t(3, 3), t(3, 3)));
      refused(operation, "b", () -> product.run(backend, t(3, 3), gone, t(3, 3)));
      refused(operation, "out", () -> product.run(backend, t(3, 3), t(3, 3), gone));
    }
    refused("addRow", "row", () -> backend.addRow(goneRow, t(3, 3)));
    refused("addRow", "y", () -> backend.addRow(t(1, 3), gone));
    refused("sumRows", "x", () -> backend.sumRows(gone, t(1, 3)));
    refused("sumRows", "out", () -> backend.sumRows(t(3, 3), goneRow));
    refused("activate", "x", () -> backend.activate(f, gone, t(3, 3)));
    refused("activate", "y", () -> backend.activate(f, t(3, 3), gone));
    refused("activate", "x", () -> backend.activate(f, gone, gone));
    String backward = "activateBackward";
    refused(backward, "y", () -> backend.activateBackward(f, gone, t(3, 3), t(3, 3)));
    refused(backward, "dy", () -> backend.activateBackward(f, t(3, 3), gone, t(3, 3)));
    refused(backward, "dx", () -> backend.activateBackward(f, t(3, 3), t(3, 3), gone));
    refused("axpby", "x", () -> backend.axpby(1, gone, 1, t(3, 3)));
    refused("axpby", "y", () -> backend.axpby(1, t(3, 3), 1, gone));
    refused("multiply", "a", () -> backend.multiply(gone, t(3, 3), t(3, 3)));
    refused("multiply", "b", () -> backend.multiply(t(3, 3), gone, t(3, 3)));
    refused("multiply", "out", () -> backend.multiply(t(3, 3), t(3, 3), gone));
    refused("sumOfSquares", "x", () -> backend.sumOfSquares(gone));
    refused("adam", "gradient", () -> adam(gone, t(3, 3), t(3, 3), t(3, 3)));
    refused("adam", "m", () -> adam(t(3, 3), gone, t(3, 3), t(3, 3)));
    refused("adam", "v", () -> adam(t(3, 3), t(3, 3), gone, t(3, 3)));
    refused("adam", "value", () -> adam(t(3, 3), t(3, 3), t(3, 3), gone));
    refusedByLayer(gone, goneRow, backend.dense(3, 3, f));
    for (Loss loss : losses(backend)) {
      refused("value", "output", () -> loss.value(gone, t(3, 3)));
      refused("value", "target", () -> loss.value(t(3, 3), gone));
      String both = "valueAndGradient";
      refused(both, "output", () -> loss.valueAndGradient(gone, t(3, 3), t(3, 3)));
      refused(both, "target", () -> loss.valueAndGradient(t(3, 3), gone, t(3, 3)));
      refused(both, "dOutput", () -> loss.valueAndGradient(t(3, 3), t(3, 3), gone));
    }
  }

  private void refusedByLayer(Tensor gone, Tensor goneRow, Layer layer) {
    List<Tensor> all = List.of(t(3, 3), t(1, 3));
    refused("forward", "x", () -> layer.forward(gone, t(3, 3)));
    refused("forward", "y", () -> layer.forward(t(3, 3), gone));
    refused("backward", "x", () -> layer.backward(gone, t(3, 3), t(3, 3), null, all));
    refused("backward", "y", () -> layer.backward(t(3, 3), gone, t(3, 3), null, all));
    refused("backward", "dy", () -> layer.backward(t(3, 3), t(3, 3), gone, null, all));
    refused("backward", "dx", () -> layer.backward(t(3, 3), t(3, 3), t(3, 3), gone, all));
    for (List<Tensor> some : List.of(List.of(gone, t(1, 3)), List.of(t(3, 3), goneRow))) {
      refused(
          "backward", "a gradient", () -> layer.backward(t(3, 3), t(3, 3), t(3, 3), null, some));
    }
  }

  private void adam(Tensor gradient, Tensor m, Tensor v, Tensor value) {
    backend.adam(gradient, m, v, value, 0.9f, 0.999f, 1e-3f, 1e-8f, 0);
  }

  private static void refused(String operation, String name, Runnable call) {
    Rejection.check(IllegalStateException.class, operation, call, name + " [", "was released");
  }

  @Test
  @DisplayName("releasing again does nothing, by a view or not, nor does releasing after close")
  void again() {
    Tensor tensor = t(4, 3);
    Tensor view = tensor.firstRows(2);
    Tensor left = t(4, 3);
    backend.release(tensor);
    assertDoesNotThrow(() -> backend.release(tensor), "release of a released tensor");
    assertDoesNotThrow(() -> backend.release(view), "release of a view of a released tensor");
    backend.close();
    assertDoesNotThrow(() -> backend.release(left), "release after close");
    assertDoesNotThrow(() -> backend.release(tensor), "release after close");
  }

  @Test
  @DisplayName("tensors of other sessions and parameters can't be released, and stay usable")
  void wrong() {
    try (Backend other = open(kit.options())) {
      Tensor foreign = other.allocate(2, 3);
      foreign.write(new float[] {1, 2, 3, 4, 5, 6}, 0);
      Rejection.check(
          IllegalArgumentException.class,
          "release",
          () -> backend.release(foreign),
          "tensor [2, 3]",
          "belongs to another session");
      checkBits("a foreign tensor", new float[] {1, 2, 3, 4, 5, 6}, read(foreign));
    }
    Matrix x = Samples.uniform(5, 3, 1);
    Matrix w = Samples.uniform(3, 4, 2);
    Layer layer = backend.dense(3, 4, Activation.IDENTITY);
    Tensor weight = layer.parameters().get(0).value();
    weight.write(w.floats(), 0);
    for (Tensor kept : List.of(weight, weight.firstRows(2), layer.parameters().get(1).value())) {
      Rejection.check(
          IllegalArgumentException.class, "release", () -> backend.release(kept), "parameter");
    }
    Tensor out = output(5, 4);
    layer.forward(input("x", x), out);
    check("forward after an attempt to release the weight", Oracle.matmul(x, w), out);
  }

  @Test
  @DisplayName("the other tensors keep their bits, and what is allocated next is zero and separate")
  void othersStay() {
    List<Tensor> tensors = new ArrayList<>();
    List<Matrix> contents = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Matrix content = Samples.uniform(7, 9, 10 + i);
      Storage storage = i % 2 == 0 ? Storage.ALLOCATED : Storage.LIKE_PARAMETER;
      Tensor tensor = storage.blank(backend, 7, 9);
      tensor.write(content.floats(), 0);
      tensors.add(tensor);
      contents.add(content);
    }
    for (int i = 0; i < 20; i += 3) {
      backend.release(i % 2 == 0 ? tensors.get(i) : tensors.get(i).firstRows(1));
    }
    unchanged("beside released tensors", tensors, contents);
    List<Tensor> next = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Tensor tensor = i % 2 == 0 ? t(7, 9) : backend.allocateLike(tensors.get(1));
      checkBits("a tensor allocated after a release", new float[63], read(tensor));
      tensor.write(Samples.uniform(7, 9, 100 + i).floats(), 0);
      next.add(tensor);
    }
    unchanged("after writing new tensors", tensors, contents);
    for (int i = 0; i < 20; i++) {
      checkBits(
          "new tensor " + i + " after writing the others",
          Samples.uniform(7, 9, 100 + i).floats(),
          read(next.get(i)));
    }
    Tensor out = output(7, 7);
    backend.matmulTransB(tensors.get(1), tensors.get(2), out);
    check("matmulTransB", Oracle.matmul(contents.get(1), contents.get(2).transposed()), out);
  }

  private static void unchanged(String when, List<Tensor> tensors, List<Matrix> contents) {
    for (int i = 0; i < tensors.size(); i++) {
      if (i % 3 != 0) {
        checkBits("tensor " + i + " " + when, contents.get(i).floats(), read(tensors.get(i)));
      }
    }
  }

  @Test
  @OpensItsOwn
  @DisplayName("threads allocate, compute and release beside each other")
  void concurrent() throws InterruptedException {
    for (int threads : new int[] {1, 3}) {
      try (Backend session = open(kit.options().threads(threads))) {
        Matrix a = Samples.uniform(33, 64, 3);
        Tensor shared = session.allocate(33, 64);
        shared.write(a.floats(), 0);
        List<Work> works = new ArrayList<>();
        for (int caller = 0; caller < CALLERS; caller++) {
          Matrix b = Samples.uniform(64, 90 + caller, 4 + caller);
          Expected expected = Oracle.matmul(a, b);
          works.add(
              () -> {
                for (int repeat = 0; repeat < REPEATS; repeat++) {
                  Tensor tb = session.allocate(64, b.cols());
                  Tensor out = session.allocate(40, b.cols());
                  tb.write(b.floats(), 0);
                  session.matmul(shared, tb, out.firstRows(33));
                  session.release(tb);
                  expected.check("matmul beside release", read(out.firstRows(33)));
                  session.release(out);
                }
              });
        }
        Parallel.together(works);
        checkBits("what all callers read", a.floats(), read(shared));
      }
    }
  }

  @Test
  @OpensItsOwn
  @DisplayName("a session does not grow by tensors that are used and released")
  void doesNotGrow() throws InterruptedException {
    Layer layer = backend.dense(SIDE, SIDE, Activation.SIGMOID);
    int count = Math.max(100, kit.sessions());
    useAndRelease(layer, 20);
    long heapBefore = heapInUse();
    OptionalLong nativeBefore = kit.nativeBytes();
    useAndRelease(layer, count);
    // An eighth of what was allocated: enough for the JVM's own, too little for a leak.
    long allowed = 3L * count * SIDE * SIDE * Float.BYTES / 8;
    String after = " bytes by " + 3 * count + " released tensors of 64 KiB";
    long heap = heapInUse();
    for (int i = 0; i < kit.patience() && heap - heapBefore > allowed; i++) {
      Thread.sleep(100);
      heap = heapInUse();
    }
    assertTrue(heap - heapBefore <= allowed, "the heap grew by " + (heap - heapBefore) + after);
    if (nativeBefore.isPresent()) {
      long grown = kit.nativeBytes().orElseThrow() - nativeBefore.getAsLong();
      assertTrue(grown <= allowed, "native memory grew by " + grown + after);
    }
    layer.forward(t(1, SIDE), t(1, SIDE));
  }

  private void useAndRelease(Layer layer, int count) {
    Tensor weight = layer.parameters().get(0).value();
    for (int i = 0; i < count; i++) {
      Tensor x = t(SIDE, SIDE);
      Tensor y = t(SIDE, SIDE);
      Tensor like = backend.allocateLike(weight);
      layer.forward(x.firstRows(1 + i % SIDE), y.firstRows(1 + i % SIDE));
      backend.axpby(1, y, 1, like);
      backend.release(x);
      backend.release(y.firstRows(1));
      backend.release(like);
    }
  }

  private static long heapInUse() {
    var memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }
}
