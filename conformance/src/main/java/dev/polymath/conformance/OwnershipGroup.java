package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import dev.polymath.conformance.ProductsGroup.Product;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How a session refuses shared storage and tensors of others. */
abstract class OwnershipGroup extends Group {

  private int made;

  OwnershipGroup(BackendConformance kit) {
    super(kit);
  }

  private Tensor t(int rows, int cols) {
    made++;
    return input("number " + made, Samples.uniform(rows, cols, made));
  }

  private void rejected(String operation, Runnable call, String words) {
    Rejection.check(IllegalArgumentException.class, operation, call, words);
    checkInputs(operation + " was rejected and wrote nevertheless");
  }

  /** {@code name} shares with {@code other}: the same tensor, a view of it, a view of a view. */
  private interface Sharing {
    void run(Tensor first, Tensor second);
  }

  private void sharingRejected(
      String operation, String name, String other, int rows, int cols, Sharing call) {
    String words = name + " shares its storage with " + other;
    Tensor whole = t(rows + 2, cols);
    Tensor one = whole.firstRows(rows);
    Tensor two = whole.firstRows(rows + 1).firstRows(rows);
    Tensor three = t(rows, cols);
    rejected(operation, () -> call.run(one, one), words);
    rejected(operation, () -> call.run(one, two), words);
    rejected(operation, () -> call.run(three, three.firstRows(rows)), words);
    rejected(operation, () -> call.run(three.firstRows(rows), three), words);
  }

  @Test
  @DisplayName("an out that shares storage with an operand is refused, through views too")
  void productsOfOwnership() {
    for (Product product : Product.values()) {
      String operation = product.operation();
      sharingRejected(
          operation, "out", "a", 3, 3, (a, out) -> product.run(backend, a, t(3, 3), out));
      sharingRejected(
          operation, "out", "b", 3, 3, (b, out) -> product.run(backend, t(3, 3), b, out));
    }
    Tensor y = t(4, 3);
    rejected("addRow", () -> backend.addRow(y.firstRows(1), y), "y shares its storage with row");
    rejected("sumRows", () -> backend.sumRows(y, y.firstRows(1)), "out shares its storage with x");
  }

  @Test
  @DisplayName("element-wise updates and adam refuse tensors that share storage, through views too")
  void elementWiseOfOwnership() {
    sharingRejected("axpby", "y", "x", 3, 4, (x, y) -> backend.axpby(1, x, 1, y));
    sharingRejected("adam", "m", "gradient", 3, 4, (g, m) -> adam(g, m, t(3, 4), t(3, 4)));
    sharingRejected("adam", "v", "gradient", 3, 4, (g, v) -> adam(g, t(3, 4), v, t(3, 4)));
    sharingRejected("adam", "v", "m", 3, 4, (m, v) -> adam(t(3, 4), m, v, t(3, 4)));
    sharingRejected("adam", "value", "gradient", 3, 4, (g, x) -> adam(g, t(3, 4), t(3, 4), x));
    sharingRejected("adam", "value", "m", 3, 4, (m, x) -> adam(t(3, 4), m, t(3, 4), x));
    sharingRejected("adam", "value", "v", 3, 4, (v, x) -> adam(t(3, 4), t(3, 4), v, x));
  }

  private void adam(Tensor gradient, Tensor m, Tensor v, Tensor value) {
    backend.adam(gradient, m, v, value, 0.9f, 0.999f, 1e-3f, 1e-8f, 0);
  }

  @Test
  @DisplayName("multiply takes out = a and out = b, and no other overlap")
  void multiplyOfOwnership() {
    Tensor x = t(4, 3);
    String multiply = "multiply";
    rejected(
        multiply,
        () -> backend.multiply(x, t(4, 3), x.firstRows(4)),
        "out shares its storage with a");
    rejected(
        multiply,
        () -> backend.multiply(t(4, 3), x, x.firstRows(4)),
        "out shares its storage with b");
    rejected(
        multiply, () -> backend.multiply(x.firstRows(4), x, x), "out shares its storage with a");
    rejected(
        multiply, () -> backend.multiply(x, x.firstRows(4), x), "out shares its storage with b");
  }

  @Test
  @DisplayName("activate takes y = x and activateBackward dx = dy, and no other overlap")
  void activations() {
    for (Activation f : Activation.values()) {
      Tensor x = t(4, 3);
      rejected(
          "activate", () -> backend.activate(f, x, x.firstRows(4)), "y shares its storage with x");
      rejected(
          "activateBackward",
          () -> backend.activateBackward(f, t(4, 3), x, x.firstRows(4)),
          "dx shares its storage with dy");
      sharingRejected(
          "activateBackward",
          "dx",
          "y",
          4,
          3,
          (y, dx) -> backend.activateBackward(f, y, t(4, 3), dx));
    }
  }

  @Test
  @DisplayName("layers refuse outputs that share storage with what they read or with a parameter")
  void layers() {
    Layer layer = backend.dense(3, 3, Activation.TANH);
    Tensor weight = layer.parameters().get(0).value();
    Tensor bias = layer.parameters().get(1).value();
    String forward = "forward";
    sharingRejected(forward, "y", "x", 3, 3, layer::forward);
    rejected(forward, () -> layer.forward(t(3, 3), weight), "y shares its storage with weight");
    rejected(forward, () -> layer.forward(t(1, 3), bias), "y shares its storage with bias");
    String backward = "backward";
    List<Tensor> gradients = List.of(t(3, 3), t(1, 3));
    sharingRejected(
        backward, "dy", "x", 3, 3, (x, dy) -> layer.backward(x, t(3, 3), dy, null, gradients));
    sharingRejected(
        backward, "dy", "y", 3, 3, (y, dy) -> layer.backward(t(3, 3), y, dy, null, gradients));
    sharingRejected(
        backward, "dx", "x", 3, 3, (x, dx) -> layer.backward(x, t(3, 3), t(3, 3), dx, gradients));
    sharingRejected(
        backward, "dx", "y", 3, 3, (y, dx) -> layer.backward(t(3, 3), y, t(3, 3), dx, gradients));
    sharingRejected(
        backward,
        "dx",
        "dy",
        3,
        3,
        (dy, dx) -> layer.backward(t(3, 3), t(3, 3), dy, dx, gradients));
    rejected(
        backward,
        () -> layer.backward(t(3, 3), t(3, 3), weight, null, gradients),
        "dy shares its storage with weight");
    rejected(
        backward,
        () -> layer.backward(t(3, 3), t(3, 3), t(3, 3), weight, gradients),
        "dx shares its storage with weight");
    for (Tensor own : List.of(weight, bias)) {
      List<Tensor> sharing = own == weight ? List.of(own, t(1, 3)) : List.of(t(3, 3), own);
      rejected(
          backward,
          () -> layer.backward(t(3, 3), t(3, 3), t(3, 3), null, sharing),
          "a gradient shares its storage with " + (own == weight ? "weight" : "bias"));
    }
    gradientsShare(layer, "x", 0);
    gradientsShare(layer, "y", 1);
    gradientsShare(layer, "dy", 2);
    gradientsShare(layer, "dx", 3);
    Tensor whole = t(3, 3);
    rejected(
        backward,
        () -> layer.backward(t(3, 3), t(3, 3), t(3, 3), null, List.of(whole, whole.firstRows(1))),
        "a gradient shares its storage with another gradient");
  }

  private void gradientsShare(Layer layer, String name, int argument) {
    sharingRejected(
        "backward",
        "a gradient",
        name,
        3,
        3,
        (shared, dw) -> {
          List<Tensor> arguments = new ArrayList<>(List.of(t(3, 3), t(3, 3), t(3, 3), t(3, 3)));
          arguments.set(argument, shared);
          layer.backward(
              arguments.get(0),
              arguments.get(1),
              arguments.get(2),
              arguments.get(3),
              List.of(dw, t(1, 3)));
        });
  }

  @Test
  @DisplayName("losses refuse a gradient that shares storage with output or target")
  void lossesOfOwnership() {
    for (Loss loss : losses(backend)) {
      sharingRejected(
          "valueAndGradient",
          "dOutput",
          "output",
          3,
          4,
          (output, gradient) -> loss.valueAndGradient(output, t(3, 4), gradient));
      sharingRejected(
          "valueAndGradient",
          "dOutput",
          "target",
          3,
          4,
          (target, gradient) -> loss.valueAndGradient(t(3, 4), target, gradient));
    }
  }

  @Test
  @DisplayName("a tensor of another session, of the same backend or not, is refused in every place")
  void foreign() {
    try (Backend other = open(kit.options())) {
      foreignRejected(other.allocate(3, 3), other.allocate(1, 3));
      foreignRejected(other.allocate(5, 3).firstRows(3), other.allocate(2, 3).firstRows(1));
    }
    foreignRejected(new Stranger(3, 3), new Stranger(1, 3));
  }

  private void foreignRejected(Tensor stranger, Tensor strangeRow) {
    Activation f = Activation.RELU;
    for (Product product : Product.values()) {
      String operation = product.operation();
      foreign(operation, "a", () -> product.run(backend, stranger, t(3, 3), t(3, 3)));
      foreign(operation, "b", () -> product.run(backend, t(3, 3), stranger, t(3, 3)));
      foreign(operation, "out", () -> product.run(backend, t(3, 3), t(3, 3), stranger));
    }
    foreign("allocateLike", "tensor", () -> backend.allocateLike(stranger));
    foreign("addRow", "row", () -> backend.addRow(strangeRow, t(3, 3)));
    foreign("addRow", "y", () -> backend.addRow(t(1, 3), stranger));
    foreign("sumRows", "x", () -> backend.sumRows(stranger, t(1, 3)));
    foreign("sumRows", "out", () -> backend.sumRows(t(3, 3), strangeRow));
    foreign("activate", "x", () -> backend.activate(f, stranger, t(3, 3)));
    foreign("activate", "y", () -> backend.activate(f, t(3, 3), stranger));
    String backward = "activateBackward";
    foreign(backward, "y", () -> backend.activateBackward(f, stranger, t(3, 3), t(3, 3)));
    foreign(backward, "dy", () -> backend.activateBackward(f, t(3, 3), stranger, t(3, 3)));
    foreign(backward, "dx", () -> backend.activateBackward(f, t(3, 3), t(3, 3), stranger));
    foreign("axpby", "x", () -> backend.axpby(1, stranger, 1, t(3, 3)));
    foreign("axpby", "y", () -> backend.axpby(1, t(3, 3), 1, stranger));
    foreign("multiply", "a", () -> backend.multiply(stranger, t(3, 3), t(3, 3)));
    foreign("multiply", "b", () -> backend.multiply(t(3, 3), stranger, t(3, 3)));
    foreign("multiply", "out", () -> backend.multiply(t(3, 3), t(3, 3), stranger));
    foreign("sumOfSquares", "x", () -> backend.sumOfSquares(stranger));
    foreign("adam", "gradient", () -> adam(stranger, t(3, 3), t(3, 3), t(3, 3)));
    foreign("adam", "m", () -> adam(t(3, 3), stranger, t(3, 3), t(3, 3)));
    foreign("adam", "v", () -> adam(t(3, 3), t(3, 3), stranger, t(3, 3)));
    foreign("adam", "value", () -> adam(t(3, 3), t(3, 3), t(3, 3), stranger));
    Layer layer = backend.dense(3, 3, f);
    List<Tensor> gradients = List.of(t(3, 3), t(1, 3));
    foreign("forward", "x", () -> layer.forward(stranger, t(3, 3)));
    foreign("forward", "y", () -> layer.forward(t(3, 3), stranger));
    foreign("backward", "x", () -> layer.backward(stranger, t(3, 3), t(3, 3), null, gradients));
    foreign("backward", "y", () -> layer.backward(t(3, 3), stranger, t(3, 3), null, gradients));
    foreign("backward", "dy", () -> layer.backward(t(3, 3), t(3, 3), stranger, null, gradients));
    foreign("backward", "dx", () -> layer.backward(t(3, 3), t(3, 3), t(3, 3), stranger, gradients));
    for (List<Tensor> wrong : List.of(List.of(stranger, t(1, 3)), List.of(t(3, 3), strangeRow))) {
      foreign(
          "backward", "a gradient", () -> layer.backward(t(3, 3), t(3, 3), t(3, 3), null, wrong));
    }
    for (Loss loss : losses(backend)) {
      foreign("value", "output", () -> loss.value(stranger, t(3, 3)));
      foreign("value", "target", () -> loss.value(t(3, 3), stranger));
      foreign(
          "valueAndGradient", "dOutput", () -> loss.valueAndGradient(t(3, 3), t(3, 3), stranger));
    }
  }

  private void foreign(String operation, String name, Runnable call) {
    rejected(operation, call, name + " [");
    Rejection.check(IllegalArgumentException.class, operation, call, "belongs to another session");
  }

  /** A tensor of nobody's session. */
  private record Stranger(int rows, int cols) implements Tensor {

    @Override
    public Tensor firstRows(int rows) {
      return new Stranger(rows, cols);
    }

    @Override
    public void write(float[] source, int offset) {}

    @Override
    public void read(float[] target, int offset) {}
  }
}
