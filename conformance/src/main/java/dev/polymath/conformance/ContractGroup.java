package dev.polymath.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.BackendInfo;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import dev.polymath.conformance.ProductsGroup.Product;
import dev.polymath.conformance.Threads.OpensItsOwn;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a session says of itself, and how it refuses misuse. */
abstract class ContractGroup extends Group {

  private static final Class<IllegalArgumentException> ARGUMENT = IllegalArgumentException.class;

  /** Numbers the tensors' contents, so that no two are alike. */
  private int made;

  ContractGroup(BackendConformance kit) {
    super(kit);
  }

  /** A tensor that no rejected call may change. */
  private Tensor t(int rows, int cols) {
    made++;
    return input("number " + made, Samples.uniform(rows, cols, made));
  }

  /** The call throws; its message begins with the operation and contains the words. */
  private void rejected(
      Class<? extends RuntimeException> type, String operation, Runnable call, String... words) {
    Rejection.check(type, operation, call, words);
    checkInputs(operation + " was rejected and wrote nevertheless");
  }

  private void rejected(String operation, Runnable call, String... words) {
    rejected(ARGUMENT, operation, call, words);
  }

  private void nullRejected(String name, Runnable call) {
    Rejection.checkNull(name, call);
    checkInputs("null for " + name + " was rejected and wrote nevertheless");
  }

  // ---- info ----

  @Test
  @DisplayName(
      "info() names the provider's name, a version and what it runs on, the same each time")
  void info() {
    BackendInfo info = backend.info();
    assertEquals(kit.provider().name(), info.name(), "info().name()");
    assertFalse(info.version().isBlank(), "info().version() is blank");
    assertFalse(info.runsOn().isBlank(), "info().runsOn() is blank");
    backend.matmul(t(9, 9), t(9, 9), backend.allocate(9, 9));
    assertEquals(info, backend.info(), "info(), asked again");
  }

  @Test
  @OpensItsOwn
  @DisplayName(
      "info() says how many threads are in force: one if one was asked for, never more than asked")
  void threadsInForce() {
    for (int asked : new int[] {1, 2, 3, 4}) {
      try (Backend session = open(kit.options().threads(asked))) {
        int inForce = session.info().threads();
        assertTrue(
            inForce >= 1 && inForce <= asked,
            "asked for " + asked + " threads: info() says " + inForce + " are in force");
      }
    }
  }

  // ---- sizes ----

  @Test
  @DisplayName("sizes below 1 and above an int are refused")
  void sizes() {
    String atLeast = "rows and columns must be at least 1";
    rejected("allocate", () -> backend.allocate(0, 3), "[0, 3]", atLeast);
    rejected("allocate", () -> backend.allocate(3, 0), "[3, 0]", atLeast);
    rejected("allocate", () -> backend.allocate(-2, 3), "[-2, 3]", atLeast);
    rejected(
        "allocate", () -> backend.allocate(65536, 65536), "[65536, 65536]", "more than 2147483647");
    Activation f = Activation.TANH;
    rejected("dense", () -> backend.dense(0, 3, f), "[0, 3]", atLeast);
    rejected("dense", () -> backend.dense(3, -1, f), "[3, -1]", atLeast);
    rejected("dense", () -> backend.dense(65536, 65536, f), "more than 2147483647");
    rejected("activation", () -> backend.activation(0, f), "[1, 0]", atLeast);
    Tensor x = t(4, 3);
    rejected("firstRows", () -> x.firstRows(0), "0 of [4, 3]", "1 to 4");
    rejected("firstRows", () -> x.firstRows(-1), "-1 of [4, 3]", "1 to 4");
    rejected("firstRows", () -> x.firstRows(5), "5 of [4, 3]", "1 to 4");
    Tensor view = x.firstRows(2);
    rejected("firstRows", () -> view.firstRows(3), "3 of [2, 3]", "1 to 2");
  }

  @Test
  @DisplayName("a range outside the array is refused, and nothing of it written")
  void ranges() {
    Tensor x = t(4, 3);
    Class<IndexOutOfBoundsException> bounds = IndexOutOfBoundsException.class;
    for (int[] sizeAndOffset :
        new int[][] {{11, 0}, {12, 1}, {12, -1}, {20, 9}, {12, Integer.MAX_VALUE}}) {
      int offset = sizeAndOffset[1];
      float[] array = Samples.uniform(1, sizeAndOffset[0], 1).floats();
      float[] before = array.clone();
      String[] words = {"[4, 3]", "length " + sizeAndOffset[0], "offset " + offset};
      rejected(bounds, "write", () -> x.write(array, offset), words);
      x.write(Samples.uniform(4, 3, 2).floats(), 0);
      rejected(bounds, "read", () -> x.read(array, offset), words);
      checkBits("read was rejected and wrote nevertheless: the target", before, array);
    }
    nullRejected("source", () -> x.write(nothing(), 0));
    nullRejected("target", () -> x.read(nothing(), 0));
  }

  // ---- shapes ----

  @Test
  @DisplayName("products refuse shapes that do not fit, naming both operands and the rule")
  void productShapes() {
    for (Product product : Product.values()) {
      String operation = product.operation();
      boolean transA = product == Product.MATMUL_TRANS_A;
      boolean transB = product == Product.MATMUL_TRANS_B;
      Tensor a = transA ? t(3, 2) : t(2, 3);
      Tensor b = transB ? t(5, 3) : t(3, 5);
      Tensor badB = transB ? t(5, 4) : t(4, 5);
      String operands = "[" + a.rows() + ", " + a.cols() + "] x [";
      rejected(
          operation,
          () -> product.run(backend, a, badB, t(2, 5)),
          operands + badB.rows() + ", " + badB.cols() + "]: inner dimensions 3 and 4 differ");
      for (Tensor out : List.of(t(5, 2), t(2, 4), t(3, 5), t(1, 10))) {
        rejected(
            operation,
            () -> product.run(backend, a, b, out),
            operands
                + b.rows()
                + ", "
                + b.cols()
                + "]: out is "
                + shape(out)
                + ", expected [2, 5]");
      }
    }
  }

  @Test
  @DisplayName("element-wise operations, activations and adam refuse shapes that do not fit")
  void elementWiseShapes() {
    Tensor y = t(4, 3);
    for (Tensor row : List.of(t(1, 2), t(4, 3), t(2, 3))) {
      rejected("addRow", () -> backend.addRow(row, y), "row is " + shape(row), "expected [1, 3]");
      rejected("sumRows", () -> backend.sumRows(y, row), "out is " + shape(row), "expected [1, 3]");
    }
    Activation f = Activation.SOFTMAX;
    Tensor dy = t(4, 3);
    for (Tensor bad : List.of(t(3, 4), t(4, 2), t(5, 3), t(1, 12))) {
      String is = " is " + shape(bad);
      String expected = "expected [4, 3]";
      rejected("activate", () -> backend.activate(f, y, bad), "y" + is, expected);
      rejected(
          "activateBackward", () -> backend.activateBackward(f, y, bad, dy), "dy" + is, expected);
      rejected(
          "activateBackward", () -> backend.activateBackward(f, y, dy, bad), "dx" + is, expected);
      rejected("axpby", () -> backend.axpby(1, y, 1, bad), "y" + is, expected);
      rejected("multiply", () -> backend.multiply(y, bad, dy), "b" + is, expected);
      rejected("multiply", () -> backend.multiply(y, dy, bad), "out" + is, expected);
      rejected("adam", () -> adam(bad, dy, t(4, 3), y), "gradient" + is, expected);
      rejected("adam", () -> adam(dy, bad, t(4, 3), y), "m" + is, expected);
      rejected("adam", () -> adam(dy, t(4, 3), bad, y), "v" + is, expected);
    }
  }

  private void adam(Tensor gradient, Tensor m, Tensor v, Tensor value) {
    backend.adam(gradient, m, v, value, 0.9f, 0.999f, 1e-3f, 1e-8f, 0);
  }

  @Test
  @DisplayName("layers refuse shapes that do not fit, and a wrong number of gradients")
  void layerShapes() {
    Layer layer = backend.dense(3, 5, Activation.RELU);
    List<Tensor> gradients = List.of(t(3, 5), t(1, 5));
    Tensor x = t(4, 3);
    Tensor y = t(4, 5);
    Tensor dy = t(4, 5);
    rejected("forward", () -> layer.forward(t(4, 2), y), "x is [4, 2]", "expected [4, 3]");
    rejected("forward", () -> layer.forward(x, t(4, 4)), "y is [4, 4]", "expected [4, 5]");
    rejected("forward", () -> layer.forward(x, t(3, 5)), "y is [3, 5]", "expected [4, 5]");
    rejected(
        "backward",
        () -> layer.backward(t(4, 4), y, dy, null, gradients),
        "x is [4, 4]",
        "expected [4, 3]");
    for (Tensor bad : List.of(t(3, 5), t(4, 4))) {
      rejected(
          "backward",
          () -> layer.backward(x, bad, dy, null, gradients),
          "y is " + shape(bad),
          "expected [4, 5]");
      rejected(
          "backward",
          () -> layer.backward(x, y, bad, null, gradients),
          "dy is " + shape(bad),
          "expected [4, 5]");
    }
    rejected(
        "backward",
        () -> layer.backward(x, y, dy, t(4, 5), gradients),
        "dx is [4, 5]",
        "expected [4, 3]");
    rejected(
        "backward",
        () -> layer.backward(x, y, dy, null, List.of(t(5, 3), t(1, 5))),
        "gradient of weight is [5, 3]",
        "expected [3, 5]");
    rejected(
        "backward",
        () -> layer.backward(x, y, dy, null, List.of(t(3, 5), t(1, 4))),
        "gradient of bias is [1, 4]",
        "expected [1, 5]");
    for (List<Tensor> wrong : List.of(List.<Tensor>of(), List.of(t(3, 5)))) {
      rejected(
          "backward",
          () -> layer.backward(x, y, dy, t(4, 3), wrong),
          wrong.size() + " gradients for 2 parameters");
    }
    Layer activation = backend.activation(3, Activation.TANH);
    rejected("forward", () -> activation.forward(t(4, 2), t(4, 2)), "x is [4, 2]");
    rejected(
        "backward",
        () -> activation.backward(x, t(4, 3), t(4, 3), t(4, 3), List.of(t(3, 3))),
        "1 gradients for 0 parameters");
  }

  @Test
  @DisplayName("losses refuse shapes that do not fit; softmax is no part of a dense layer")
  void lossShapes() {
    Tensor output = t(4, 3);
    for (Loss loss : losses(backend)) {
      for (Tensor bad : List.of(t(3, 3), t(4, 2))) {
        String expected = "expected [4, 3]";
        rejected("value", () -> loss.value(output, bad), "target is " + shape(bad), expected);
        rejected(
            "valueAndGradient",
            () -> loss.valueAndGradient(output, bad, t(4, 3)),
            "target is " + shape(bad),
            expected);
        rejected(
            "valueAndGradient",
            () -> loss.valueAndGradient(output, t(4, 3), bad),
            "dOutput is " + shape(bad),
            expected);
      }
    }
    for (float delta : new float[] {0, -0f, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
      rejected("huber", () -> backend.huber(delta), "delta is " + delta, "above 0");
    }
    rejected(
        "dense", () -> backend.dense(3, 3, Activation.SOFTMAX), "softmax is a layer of its own");
  }

  static String shape(Tensor tensor) {
    return "[" + tensor.rows() + ", " + tensor.cols() + "]";
  }

  // ---- nulls ----

  @Test
  @DisplayName("a null is refused by the name of its argument")
  void nulls() {
    Tensor x = t(3, 3);
    Tensor y = t(3, 3);
    Tensor row = t(1, 3);
    for (Product product : Product.values()) {
      nullRejected("a", () -> product.run(backend, nothing(), x, y));
      nullRejected("b", () -> product.run(backend, x, nothing(), y));
      nullRejected("out", () -> product.run(backend, x, x, nothing()));
    }
    Activation f = Activation.TANH;
    nullRejected("tensor", () -> backend.allocateLike(nothing()));
    nullRejected("tensor", () -> backend.release(nothing()));
    nullRejected("row", () -> backend.addRow(nothing(), y));
    nullRejected("y", () -> backend.addRow(row, nothing()));
    nullRejected("x", () -> backend.sumRows(nothing(), row));
    nullRejected("out", () -> backend.sumRows(x, nothing()));
    nullRejected("f", () -> backend.activate(nothing(), x, y));
    nullRejected("x", () -> backend.activate(f, nothing(), y));
    nullRejected("y", () -> backend.activate(f, x, nothing()));
    nullRejected("f", () -> backend.activateBackward(nothing(), x, y, y));
    nullRejected("y", () -> backend.activateBackward(f, nothing(), y, y));
    nullRejected("dy", () -> backend.activateBackward(f, x, nothing(), y));
    nullRejected("dx", () -> backend.activateBackward(f, x, y, nothing()));
    nullRejected("x", () -> backend.axpby(1, nothing(), 1, y));
    nullRejected("y", () -> backend.axpby(1, x, 1, nothing()));
    nullRejected("a", () -> backend.multiply(nothing(), x, y));
    nullRejected("b", () -> backend.multiply(x, nothing(), y));
    nullRejected("out", () -> backend.multiply(x, x, nothing()));
    nullRejected("x", () -> backend.sumOfSquares(nothing()));
    nullRejected("gradient", () -> adam(nothing(), x, y, t(3, 3)));
    nullRejected("m", () -> adam(x, nothing(), y, t(3, 3)));
    nullRejected("v", () -> adam(x, y, nothing(), t(3, 3)));
    nullRejected("value", () -> adam(x, y, t(3, 3), nothing()));
    nullRejected("f", () -> backend.dense(3, 3, nothing()));
    nullRejected("f", () -> backend.activation(3, nothing()));
    Layer layer = backend.activation(3, f);
    nullRejected("x", () -> layer.forward(nothing(), y));
    nullRejected("y", () -> layer.forward(x, nothing()));
    nullRejected("x", () -> layer.backward(nothing(), y, t(3, 3), null, List.of()));
    nullRejected("y", () -> layer.backward(x, nothing(), y, null, List.of()));
    nullRejected("dy", () -> layer.backward(x, y, nothing(), null, List.of()));
    Loss loss = backend.squaredError();
    nullRejected("output", () -> loss.value(nothing(), y));
    nullRejected("target", () -> loss.value(x, nothing()));
    nullRejected("dOutput", () -> loss.valueAndGradient(x, y, nothing()));
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // to pass a null on purpose
  static <V> V nothing() {
    return null;
  }
}
