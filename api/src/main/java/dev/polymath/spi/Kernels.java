package dev.polymath.spi;

import dev.polymath.Activation;
import dev.polymath.Backend;

/**
 * What a session computes: no argument of a kernel is null, each belongs to the session and is not
 * released, the shapes fit, and storage is shared only where the kernel says so.
 *
 * @param <T> the backend's tensor
 */
abstract class Kernels<T extends AbstractTensor> {

  Kernels() {}

  // ---- what a backend must have: each a kernel of the public method of that name ----

  /** A matrix of zeros. */
  protected abstract T newTensor(int rows, int cols);

  /** {@code out = a · b}. */
  protected abstract void matmulKernel(T a, T b, T out);

  /** {@code out = aᵀ · b}. */
  protected abstract void matmulTransAKernel(T a, T b, T out);

  /** {@code out = a · bᵀ}. */
  protected abstract void matmulTransBKernel(T a, T b, T out);

  /** {@code y[i, j] += row[0, j]}. */
  protected abstract void addRowKernel(T row, T y);

  /** {@code out[0, j] = Σ x[i, j]}. */
  protected abstract void sumRowsKernel(T x, T out);

  /** {@code y = f(x)} for each f that it {@link #computes}; {@code y} may be {@code x}. */
  protected abstract void activateKernel(Activation f, T x, T y);

  /** {@code dx = dy · f′}, from the output y; {@code dx} may be {@code dy}. */
  protected abstract void activateBackwardKernel(Activation f, T y, T dy, T dx);

  /** {@code y = α · x + β · y}; with β = 0 the old y is not read, with α = 0 x is. */
  protected abstract void axpbyKernel(float alpha, T x, float beta, T y);

  /** See {@link Backend#adam}. */
  protected abstract void adamKernel(
      T gradient,
      T m,
      T v,
      T value,
      float beta1,
      float beta2,
      float rate,
      float epsilon,
      float decay);

  /** Frees what the backend holds. Called once, when no call is running and none can start. */
  protected abstract void closeKernel();

  // ---- what a backend replaces where its library does better ----

  /**
   * Whether the kernels, {@link AbstractBackend#newDense} and {@link AbstractBackend#newActivation}
   * know an activation. By default those that every backend must know: identity, sigmoid, tanh,
   * ReLU, leaky ReLU and softmax. A backend that knows more says so; the others are composed on the
   * Java heap, and no kernel meets them.
   *
   * @param f asked for at each call, so that the answer must be cheap and always the same
   */
  protected boolean computes(Activation f) {
    return switch (f) {
      case IDENTITY, SIGMOID, TANH, RELU, LEAKY_RELU, SOFTMAX -> true;
      default -> false;
    };
  }

  /**
   * A tensor for a trained parameter; its gradient and moments come from {@link #newTensorLike}.
   */
  protected T newParameter(int rows, int cols) {
    return newTensor(rows, cols);
  }

  /** A matrix of zeros in the shape and storage order of {@code tensor}. */
  protected T newTensorLike(T tensor) {
    return newTensor(tensor.rows(), tensor.cols());
  }

  /**
   * Frees the memory of a tensor that was allocated and that nobody uses any more. Called at most
   * once for each, never for a view or a parameter. Does nothing unless replaced: for a backend
   * whose memory the garbage collector frees.
   */
  protected void releaseKernel(T tensor) {}

  /**
   * {@code out = a ⊙ b}; {@code out} may be {@code a} or {@code b}. Computed on the Java heap
   * unless replaced.
   */
  protected void multiplyKernel(T a, T b, T out) {
    float[] product = elements(a);
    float[] factors = elements(b);
    for (int i = 0; i < product.length; i++) {
      product[i] *= factors[i];
    }
    out.writeKernel(product, 0);
  }

  /** {@code Σ x²} in double. Computed on the Java heap unless replaced. */
  protected double sumOfSquaresKernel(T x) {
    double sum = 0;
    for (float element : elements(x)) {
      sum += (double) element * element;
    }
    return sum;
  }

  /** The elements of a tensor on the Java heap, row by row. */
  static float[] elements(AbstractTensor tensor) {
    float[] elements = new float[tensor.rows() * tensor.cols()];
    tensor.readKernel(elements, 0);
    return elements;
  }
}
