package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.RowSource;
import dev.polymath.Tensor;
import dev.polymath.conformance.Arguments.Size;
import dev.polymath.conformance.ProductsGroup.Product;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** All operations of a session. */
final class Operations {

  private Operations() {}

  static final List<Operation> ALL = all();

  private static List<Operation> all() {
    List<Operation> all = new ArrayList<>();
    all.addAll(tensors());
    all.addAll(products());
    all.addAll(elementWise());
    for (Activation f : Activation.values()) {
      all.addAll(activations(f));
      if (f != Activation.SOFTMAX) {
        all.addAll(dense(f));
      }
    }
    all.addAll(losses("softmaxCrossEntropy", Backend::softmaxCrossEntropy));
    all.addAll(losses("squaredError", Backend::squaredError));
    all.addAll(losses("huber", session -> session.huber(0.5f)));
    all.addAll(losses("sigmoidCrossEntropy", Backend::sigmoidCrossEntropy));
    all.add(fill());
    return List.copyOf(all);
  }

  private static Operation fill() {
    return Operation.of(
        "fill",
        a -> {
          Tensor x = a.out(a.size.rows(), a.size.cols());
          Matrix drawn = Samples.uniform(a.size.rows(), a.size.cols(), a.size.seed());
          float[] source = drawn.floats();
          int cols = a.size.cols();
          RowSource rows =
              (from, to, target, at, step) -> {
                for (int i = from; i < to; i++) {
                  System.arraycopy(source, i * cols, target, at + (i - from) * step, cols);
                }
              };
          return () -> x.fill(rows);
        });
  }

  private static List<Operation> tensors() {
    return List.of(
        Operation.of(
            "read",
            a -> {
              Tensor x = a.in("x", a.size.rows(), a.size.cols());
              float[] target = a.array(a.size.rows() * a.size.cols());
              return () -> x.read(target, 0);
            }),
        Operation.of(
            "write",
            a -> {
              Tensor x = a.out(a.size.rows(), a.size.cols());
              Matrix drawn = Samples.uniform(a.size.rows(), a.size.cols(), a.size.seed());
              float[] source = drawn.floats();
              return () -> x.write(source, 0);
            }),
        Operation.of(
            "read of a view",
            a -> {
              Tensor x = a.in("x", a.size.rows(), a.size.cols());
              int rows = (a.size.rows() + 1) / 2;
              float[] target = a.array(rows * a.size.cols());
              return () -> x.firstRows(rows).read(target, 0);
            }),
        Operation.of(
            "allocate, use and release",
            a -> {
              Tensor x = a.in("x", a.size.rows(), a.size.cols());
              float[] target = a.array(a.size.rows() * a.size.cols());
              return () -> {
                Tensor like = a.session.allocateLike(x);
                a.session.axpby(1, x, 1, like);
                like.read(target, 0);
                a.session.release(like);
              };
            }));
  }

  private static List<Operation> products() {
    List<Operation> products = new ArrayList<>();
    for (Product product : Product.values()) {
      products.add(
          Operation.of(
              product.operation(),
              a -> {
                Size s = a.size;
                boolean transA = product == Product.MATMUL_TRANS_A;
                boolean transB = product == Product.MATMUL_TRANS_B;
                Tensor ta =
                    transA ? a.in("a", s.inner(), s.rows()) : a.in("a", s.rows(), s.inner());
                Tensor tb =
                    transB ? a.in("b", s.cols(), s.inner()) : a.in("b", s.inner(), s.cols());
                Tensor out = a.out(s.rows(), s.cols());
                return () -> product.run(a.session, ta, tb, out);
              }));
    }
    return products;
  }

  private static List<Operation> elementWise() {
    return List.of(
        Operation.of(
            "addRow",
            a -> {
              Tensor row = a.in("row", 1, a.size.cols());
              Tensor y = a.updated("y", a.size.rows(), a.size.cols());
              return () -> a.session.addRow(row, y);
            }),
        Operation.of(
            "sumRows",
            a -> {
              Tensor x = a.in("x", a.size.rows(), a.size.cols());
              Tensor out = a.out(1, a.size.cols());
              return () -> a.session.sumRows(x, out);
            }),
        Operation.of(
            "axpby",
            a -> {
              Tensor x = a.in("x", a.size.rows(), a.size.cols());
              Tensor y = a.updated("y", a.size.rows(), a.size.cols());
              return () -> a.session.axpby(-0.3f, x, 0.9f, y);
            }),
        Operation.of(
            "axpby with β = 1",
            a -> {
              Tensor x = a.in("x", a.size.rows(), a.size.cols());
              Tensor y = a.updated("y", a.size.rows(), a.size.cols());
              return () -> a.session.axpby(-0.3f, x, 1, y);
            }),
        Operation.of(
            "axpby with β = 0",
            a -> {
              Tensor x = a.in("x", a.size.rows(), a.size.cols());
              Tensor y = a.out(a.size.rows(), a.size.cols());
              return () -> a.session.axpby(0.7f, x, 0, y);
            }),
        Operation.of(
            "multiply",
            a -> {
              Tensor x = a.in("a", a.size.rows(), a.size.cols());
              Tensor b = a.in("b", a.size.rows(), a.size.cols());
              Tensor out = a.out(a.size.rows(), a.size.cols());
              return () -> a.session.multiply(x, b, out);
            }),
        Operation.of(
            "multiply with out = a",
            a -> {
              Tensor x = a.updated("a", a.size.rows(), a.size.cols());
              Tensor b = a.in("b", a.size.rows(), a.size.cols());
              return () -> a.session.multiply(x, b, x);
            }),
        Operation.of(
            "multiply with out = b",
            a -> {
              Tensor x = a.in("a", a.size.rows(), a.size.cols());
              Tensor b = a.updated("b", a.size.rows(), a.size.cols());
              return () -> a.session.multiply(x, b, b);
            }),
        Operation.of(
            "sumOfSquares",
            a -> {
              Tensor x = a.in("x", a.size.rows(), a.size.cols());
              return () -> a.number(a.session.sumOfSquares(x));
            }),
        Operation.of(
            "adam",
            a -> {
              int rows = a.size.rows();
              int cols = a.size.cols();
              Tensor gradient = a.in("gradient", rows, cols);
              Tensor m = a.updated("m", rows, cols);
              Tensor v =
                  a.updated("v", Samples.uniform(rows, cols, a.size.seed() + 5).map(Math::abs));
              Tensor value = a.updated("value", rows, cols);
              return () ->
                  a.session.adam(gradient, m, v, value, 0.75f, 0.875f, 0.125f, 1e-3f, 0.25f);
            }));
  }

  /** An output of f as a float. */
  private static Matrix outputOf(Activation f, int rows, int cols, long seed) {
    return Samples.rounded(Oracle.activate(f, Samples.uniform(rows, cols, 2, seed)).value());
  }

  private static List<Operation> activations(Activation f) {
    return List.of(
        Operation.of(
            "activate " + f,
            a -> {
              Tensor x = a.in("x", a.size.rows(), a.size.cols());
              Tensor y = a.out(a.size.rows(), a.size.cols());
              return () -> a.session.activate(f, x, y);
            }),
        Operation.of(
            "activate " + f + " in place",
            a -> {
              Tensor x = a.updated("x", a.size.rows(), a.size.cols());
              return () -> a.session.activate(f, x, x);
            }),
        Operation.of(
            "activateBackward " + f,
            a -> {
              Tensor y = a.in("y", outputOf(f, a.size.rows(), a.size.cols(), a.size.seed() + 7));
              Tensor dy = a.in("dy", a.size.rows(), a.size.cols());
              Tensor dx = a.out(a.size.rows(), a.size.cols());
              return () -> a.session.activateBackward(f, y, dy, dx);
            }),
        Operation.of(
            "activateBackward " + f + " with dx = dy",
            a -> {
              Tensor y = a.in("y", outputOf(f, a.size.rows(), a.size.cols(), a.size.seed() + 7));
              Tensor dy = a.updated("dy", a.size.rows(), a.size.cols());
              return () -> a.session.activateBackward(f, y, dy, dy);
            }),
        Operation.of(
            "forward of the layer " + f,
            a -> {
              Layer layer = a.session.activation(a.size.cols(), f);
              Tensor x = a.in("x", a.size.rows(), a.size.cols());
              Tensor y = a.out(a.size.rows(), a.size.cols());
              return () -> layer.forward(x, y);
            }),
        new Operation(
            "backward of the layer " + f,
            a -> {
              Layer layer = a.session.activation(a.size.cols(), f);
              Tensor x = a.in("x", a.size.rows(), a.size.cols());
              Matrix output = outputOf(f, a.size.rows(), a.size.cols(), a.size.seed() + 7);
              Tensor y = a.in("y", output);
              Tensor dy =
                  a.scratch("dy", Samples.uniform(a.size.rows(), a.size.cols(), a.size.seed() + 8));
              Tensor dx = a.out(a.size.rows(), a.size.cols());
              List<Tensor> none = List.of();
              return new Operation.Work(
                  () -> layer.forward(x, y), () -> layer.backward(x, y, dy, dx, none));
            }));
  }

  private static List<Operation> dense(Activation f) {
    return List.of(
        Operation.of(
            "forward of dense " + f,
            a -> {
              Layer layer = a.session.dense(a.size.inner(), a.size.cols(), f);
              a.parameter("weight", layer.parameters().get(0).value());
              a.parameter("bias", layer.parameters().get(1).value());
              Tensor x = a.in("x", a.size.rows(), a.size.inner());
              Tensor y = a.out(a.size.rows(), a.size.cols());
              return () -> layer.forward(x, y);
            }),
        new Operation("backward of dense " + f, a -> backward(a, f, true)),
        new Operation("backward without dx of dense " + f, a -> backward(a, f, false)));
  }

  private static Operation.Work backward(Arguments a, Activation f, boolean wantsDx) {
    int rows = a.size.rows();
    int cols = a.size.cols();
    Layer layer = a.session.dense(a.size.inner(), cols, f);
    Tensor weight = layer.parameters().get(0).value();
    Tensor bias = layer.parameters().get(1).value();
    a.parameter("weight", weight);
    a.parameter("bias", bias);
    Tensor x = a.in("x", rows, a.size.inner());
    Tensor y = a.in("y", outputOf(f, rows, cols, a.size.seed() + 7));
    Tensor dy = a.scratch("dy", Samples.uniform(rows, cols, a.size.seed() + 8));
    Tensor dx = wantsDx ? a.out(rows, a.size.inner()) : null;
    List<Tensor> gradients = List.of(a.out(a.like(weight)), a.out(a.like(bias)));
    return new Operation.Work(
        () -> layer.forward(x, y), () -> layer.backward(x, y, dy, dx, gradients));
  }

  private static List<Operation> losses(String name, Function<Backend, Loss> kind) {
    return List.of(
        Operation.of(
            "value of " + name,
            a -> {
              Loss loss = kind.apply(a.session);
              Tensor output = a.in("output", a.size.rows(), a.size.cols());
              Tensor target = a.in("target", target(a.size));
              return () -> a.number(loss.value(output, target));
            }),
        Operation.of(
            "valueAndGradient of " + name,
            a -> {
              Loss loss = kind.apply(a.session);
              Tensor output = a.in("output", a.size.rows(), a.size.cols());
              Tensor target = a.in("target", target(a.size));
              Tensor gradient = a.out(a.size.rows(), a.size.cols());
              return () -> a.number(loss.valueAndGradient(output, target, gradient));
            }));
  }

  private static Matrix target(Size size) {
    return Samples.oneHot(size.rows(), size.cols(), size.seed() + 9);
  }
}
