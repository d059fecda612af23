package dev.polymath.spi;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import dev.polymath.internal.LossFormulas;
import java.util.Objects;

/**
 * A session that checks every call and hands it to a kernel: shapes, session, shared storage, and
 * that it is open and stays open until the call returns.
 *
 * @param <T> the backend's tensor; every tensor that a kernel gets is one
 */
public abstract class AbstractBackend<T extends AbstractTensor> extends Kernels<T>
    implements Backend {

  private final Class<T> tensorType;
  final CallGate gate = new CallGate();

  protected AbstractBackend(Class<T> tensorType) {
    this.tensorType = Objects.requireNonNull(tensorType, "tensorType");
  }

  // ---- what a backend replaces by classes built for its library ----

  /** A dense layer; {@code f} is not softmax. */
  protected Layer newDense(int inputs, int outputs, Activation f) {
    return new ComposedDense<>(this, inputs, outputs, f);
  }

  /** An activation as a layer. */
  protected Layer newActivation(int width, Activation f) {
    return new ComposedActivation<>(this, width, f);
  }

  /** Softmax cross-entropy on logits. */
  protected Loss newSoftmaxCrossEntropy() {
    return new ComposedSoftmaxCrossEntropy<>(this);
  }

  /** Squared error. */
  protected Loss newSquaredError() {
    return new ComposedSquaredError<>(this);
  }

  /** Huber's loss; {@code delta} is finite and above 0. */
  protected Loss newHuber(float delta) {
    return new ComposedHuber<>(this, delta);
  }

  /** The cross-entropy of sigmoids on logits. */
  protected Loss newSigmoidCrossEntropy() {
    return new ComposedSigmoidCrossEntropy<>(this);
  }

  // ---- the public face ----

  @Override
  public final Tensor allocate(int rows, int cols) {
    enter("allocate");
    try {
      Checks.size("allocate", rows, cols);
      return newTensor(rows, cols);
    } finally {
      leave();
    }
  }

  @Override
  public final Tensor allocateLike(Tensor tensor) {
    enter("allocateLike");
    try {
      return newTensorLike(own("allocateLike", "tensor", tensor));
    } finally {
      leave();
    }
  }

  @Override
  public final void release(Tensor tensor) {
    AbstractTensor root = mine("release", "tensor", tensor).root;
    if (root.parameter) {
      throw new IllegalArgumentException(
          "release: tensor " + shapeOf(tensor) + " is a parameter, which its layer needs");
    }
    if (!gate.enter()) {
      return;
    }
    try {
      if (!root.released) {
        root.released = true;
        releaseKernel(tensorType.cast(root));
      }
    } finally {
      leave();
    }
  }

  @Override
  public final void matmul(Tensor a, Tensor b, Tensor out) {
    enter("matmul");
    try {
      T ta = own("matmul", "a", a);
      T tb = own("matmul", "b", b);
      T tout = own("matmul", "out", out);
      Checks.product("matmul", a, b, a.cols(), b.rows(), out, a.rows(), b.cols());
      Checks.separate("matmul", "out", tout, "a", ta);
      Checks.separate("matmul", "out", tout, "b", tb);
      matmulKernel(ta, tb, tout);
    } finally {
      leave();
    }
  }

  @Override
  public final void matmulTransA(Tensor a, Tensor b, Tensor out) {
    enter("matmulTransA");
    try {
      T ta = own("matmulTransA", "a", a);
      T tb = own("matmulTransA", "b", b);
      T tout = own("matmulTransA", "out", out);
      Checks.product("matmulTransA", a, b, a.rows(), b.rows(), out, a.cols(), b.cols());
      Checks.separate("matmulTransA", "out", tout, "a", ta);
      Checks.separate("matmulTransA", "out", tout, "b", tb);
      matmulTransAKernel(ta, tb, tout);
    } finally {
      leave();
    }
  }

  @Override
  public final void matmulTransB(Tensor a, Tensor b, Tensor out) {
    enter("matmulTransB");
    try {
      T ta = own("matmulTransB", "a", a);
      T tb = own("matmulTransB", "b", b);
      T tout = own("matmulTransB", "out", out);
      Checks.product("matmulTransB", a, b, a.cols(), b.cols(), out, a.rows(), b.rows());
      Checks.separate("matmulTransB", "out", tout, "a", ta);
      Checks.separate("matmulTransB", "out", tout, "b", tb);
      matmulTransBKernel(ta, tb, tout);
    } finally {
      leave();
    }
  }

  @Override
  public final void addRow(Tensor row, Tensor y) {
    enter("addRow");
    try {
      T trow = own("addRow", "row", row);
      T ty = own("addRow", "y", y);
      Checks.expect("addRow", "row", row, 1, y.cols());
      Checks.separate("addRow", "y", ty, "row", trow);
      addRowKernel(trow, ty);
    } finally {
      leave();
    }
  }

  @Override
  public final void sumRows(Tensor x, Tensor out) {
    enter("sumRows");
    try {
      T tx = own("sumRows", "x", x);
      T tout = own("sumRows", "out", out);
      Checks.expect("sumRows", "out", out, 1, x.cols());
      Checks.separate("sumRows", "out", tout, "x", tx);
      sumRowsKernel(tx, tout);
    } finally {
      leave();
    }
  }

  @Override
  public final void activate(Activation f, Tensor x, Tensor y) {
    enter("activate");
    try {
      Objects.requireNonNull(f, "f");
      T tx = own("activate", "x", x);
      T ty = own("activate", "y", y);
      Checks.expect("activate", "y", y, x.rows(), x.cols());
      if (tx != ty) {
        Checks.separate("activate", "y", ty, "x", tx);
      }
      activation(f, tx, ty);
    } finally {
      leave();
    }
  }

  @Override
  public final void activateBackward(Activation f, Tensor y, Tensor dy, Tensor dx) {
    enter("activateBackward");
    try {
      Objects.requireNonNull(f, "f");
      T ty = own("activateBackward", "y", y);
      T tdy = own("activateBackward", "dy", dy);
      T tdx = own("activateBackward", "dx", dx);
      Checks.expect("activateBackward", "dy", dy, y.rows(), y.cols());
      Checks.expect("activateBackward", "dx", dx, y.rows(), y.cols());
      Checks.separate("activateBackward", "dx", tdx, "y", ty);
      if (tdx != tdy) {
        Checks.separate("activateBackward", "dx", tdx, "dy", tdy);
      }
      activationBackward(f, ty, tdy, tdx);
    } finally {
      leave();
    }
  }

  @Override
  public final void axpby(float alpha, Tensor x, float beta, Tensor y) {
    enter("axpby");
    try {
      T tx = own("axpby", "x", x);
      T ty = own("axpby", "y", y);
      Checks.expect("axpby", "y", y, x.rows(), x.cols());
      Checks.separate("axpby", "y", ty, "x", tx);
      axpbyKernel(alpha, tx, beta, ty);
    } finally {
      leave();
    }
  }

  @Override
  public final void multiply(Tensor a, Tensor b, Tensor out) {
    enter("multiply");
    try {
      T ta = own("multiply", "a", a);
      T tb = own("multiply", "b", b);
      T tout = own("multiply", "out", out);
      Checks.expect("multiply", "b", b, a.rows(), a.cols());
      Checks.expect("multiply", "out", out, a.rows(), a.cols());
      if (tout != ta) {
        Checks.separate("multiply", "out", tout, "a", ta);
      }
      if (tout != tb) {
        Checks.separate("multiply", "out", tout, "b", tb);
      }
      multiplyKernel(ta, tb, tout);
    } finally {
      leave();
    }
  }

  @Override
  public final double sumOfSquares(Tensor x) {
    enter("sumOfSquares");
    try {
      return sumOfSquaresKernel(own("sumOfSquares", "x", x));
    } finally {
      leave();
    }
  }

  @Override
  public final void adam(
      Tensor gradient,
      Tensor m,
      Tensor v,
      Tensor value,
      float beta1,
      float beta2,
      float rate,
      float epsilon,
      float decay) {
    enter("adam");
    try {
      T tg = own("adam", "gradient", gradient);
      T tm = own("adam", "m", m);
      T tv = own("adam", "v", v);
      T tvalue = own("adam", "value", value);
      Checks.expect("adam", "gradient", gradient, value.rows(), value.cols());
      Checks.expect("adam", "m", m, value.rows(), value.cols());
      Checks.expect("adam", "v", v, value.rows(), value.cols());
      Checks.separate("adam", "m", tm, "gradient", tg);
      Checks.separate("adam", "v", tv, "gradient", tg);
      Checks.separate("adam", "v", tv, "m", tm);
      Checks.separate("adam", "value", tvalue, "gradient", tg);
      Checks.separate("adam", "value", tvalue, "m", tm);
      Checks.separate("adam", "value", tvalue, "v", tv);
      adamKernel(tg, tm, tv, tvalue, beta1, beta2, rate, epsilon, decay);
    } finally {
      leave();
    }
  }

  @Override
  public final Layer dense(int inputs, int outputs, Activation f) {
    enter("dense");
    try {
      Objects.requireNonNull(f, "f");
      Checks.size("dense", inputs, outputs);
      if (f == Activation.SOFTMAX) {
        throw new IllegalArgumentException(
            "dense: softmax is a layer of its own: dense(IDENTITY), then activation(SOFTMAX)");
      }
      return computes(f)
          ? newDense(inputs, outputs, f)
          : new ComposedDense<>(this, inputs, outputs, f);
    } finally {
      leave();
    }
  }

  @Override
  public final Layer activation(int width, Activation f) {
    enter("activation");
    try {
      Objects.requireNonNull(f, "f");
      Checks.size("activation", 1, width);
      return computes(f) ? newActivation(width, f) : new ComposedActivation<>(this, width, f);
    } finally {
      leave();
    }
  }

  @Override
  public final Loss softmaxCrossEntropy() {
    enter("softmaxCrossEntropy");
    try {
      return newSoftmaxCrossEntropy();
    } finally {
      leave();
    }
  }

  @Override
  public final Loss squaredError() {
    enter("squaredError");
    try {
      return newSquaredError();
    } finally {
      leave();
    }
  }

  @Override
  public final Loss huber(float delta) {
    enter("huber");
    try {
      LossFormulas.requireDelta(delta);
      return newHuber(delta);
    } finally {
      leave();
    }
  }

  @Override
  public final Loss sigmoidCrossEntropy() {
    enter("sigmoidCrossEntropy");
    try {
      return newSigmoidCrossEntropy();
    } finally {
      leave();
    }
  }

  @Override
  public final void close() {
    gate.close(this::closeKernel);
  }

  // ---- for the classes of this package ----

  final void enter(String operation) {
    if (!gate.enter()) {
      throw new IllegalStateException(
          operation + ": the session on " + info().name() + " is closed");
    }
  }

  final void leave() {
    gate.leave();
  }

  /** {@code y = f(x)}, by the kernel or composed. */
  final void activation(Activation f, T x, T y) {
    if (computes(f)) {
      activateKernel(f, x, y);
    } else {
      HostActivation.forward(f, x, y);
    }
  }

  /** {@code dx = dy · f′}, by the kernel or composed. */
  final void activationBackward(Activation f, T y, T dy, T dx) {
    if (computes(f)) {
      activateBackwardKernel(f, y, dy, dx);
    } else {
      HostActivation.backward(f, y, dy, dx);
    }
  }

  /** The tensor as this backend's own and not released, or an error that names it. */
  final T own(String operation, String name, Tensor tensor) {
    AbstractTensor t = mine(operation, name, tensor);
    if (t.root.released) {
      throw new IllegalStateException(
          operation + ": " + name + " " + shapeOf(tensor) + " was released");
    }
    return tensorType.cast(t);
  }

  private AbstractTensor mine(String operation, String name, Tensor tensor) {
    Objects.requireNonNull(tensor, name);
    if (!(tensor instanceof AbstractTensor t) || t.backend != this) {
      throw new IllegalArgumentException(
          operation + ": " + name + " " + shapeOf(tensor) + " belongs to another session");
    }
    return t;
  }

  private static String shapeOf(Tensor tensor) {
    return Checks.shape(tensor);
  }
}
