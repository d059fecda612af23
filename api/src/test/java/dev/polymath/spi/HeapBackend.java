package dev.polymath.spi;

import dev.polymath.Activation;
import dev.polymath.BackendInfo;
import dev.polymath.Layer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The smallest whole backend: loops on a float array, composed layers and losses. Its {@code
 * sumRows} can be held by a latch, so that a call is running when the test wants it to.
 */
final class HeapBackend extends AbstractBackend<HeapBackend.Matrix> {

  static final class Matrix extends AbstractTensor {
    final float[] data;

    Matrix(HeapBackend backend, int rows, int cols) {
      super(backend, rows, cols);
      data = new float[rows * cols];
    }

    private Matrix(Matrix parent, int rows) {
      super(parent, rows);
      data = parent.data;
    }

    @Override
    protected AbstractTensor firstRowsKernel(int rows) {
      return new Matrix(this, rows);
    }

    @Override
    protected void writeKernel(float[] source, int offset) {
      System.arraycopy(source, offset, data, 0, rows() * cols());
    }

    @Override
    protected void readKernel(float[] target, int offset) {
      System.arraycopy(data, 0, target, offset, rows() * cols());
    }
  }

  final CountDownLatch sumRowsStarted = new CountDownLatch(1);
  @Nullable CountDownLatch sumRowsHeld;
  int closed;

  /** What was given to the kernel that releases, in order. */
  final List<Matrix> released = new ArrayList<>();

  /** The activations that a layer of this backend was asked for with, in order. */
  final List<Activation> asked = new ArrayList<>();

  HeapBackend() {
    super(Matrix.class);
  }

  @Override
  protected Layer newDense(int inputs, int outputs, Activation f) {
    asked.add(f);
    return super.newDense(inputs, outputs, f);
  }

  @Override
  protected Layer newActivation(int width, Activation f) {
    asked.add(f);
    return super.newActivation(width, f);
  }

  @Override
  public BackendInfo info() {
    return new BackendInfo("heap", "1", 1, "loops", false);
  }

  @Override
  protected Matrix newTensor(int rows, int cols) {
    return new Matrix(this, rows, cols);
  }

  private interface Element {
    float at(int i, int p);
  }

  private static void multiply(Matrix out, int inner, Element a, Element b) {
    for (int i = 0; i < out.rows(); i++) {
      for (int j = 0; j < out.cols(); j++) {
        float sum = 0;
        for (int p = 0; p < inner; p++) {
          sum += a.at(i, p) * b.at(p, j);
        }
        out.data[i * out.cols() + j] = sum;
      }
    }
  }

  private static Element of(Matrix x) {
    return (i, j) -> x.data[i * x.cols() + j];
  }

  private static Element transposed(Matrix x) {
    return (i, j) -> x.data[j * x.cols() + i];
  }

  @Override
  protected void matmulKernel(Matrix a, Matrix b, Matrix out) {
    multiply(out, a.cols(), of(a), of(b));
  }

  @Override
  protected void matmulTransAKernel(Matrix a, Matrix b, Matrix out) {
    multiply(out, a.rows(), transposed(a), of(b));
  }

  @Override
  protected void matmulTransBKernel(Matrix a, Matrix b, Matrix out) {
    multiply(out, a.cols(), of(a), transposed(b));
  }

  @Override
  protected void addRowKernel(Matrix row, Matrix y) {
    for (int i = 0; i < y.rows() * y.cols(); i++) {
      y.data[i] += row.data[i % y.cols()];
    }
  }

  @Override
  protected void sumRowsKernel(Matrix x, Matrix out) {
    sumRowsStarted.countDown();
    if (sumRowsHeld != null) {
      try {
        sumRowsHeld.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    Arrays.fill(out.data, 0, out.cols(), 0);
    for (int i = 0; i < x.rows() * x.cols(); i++) {
      out.data[i % x.cols()] += x.data[i];
    }
  }

  @Override
  protected void activateKernel(Activation f, Matrix x, Matrix y) {
    for (int i = 0; i < x.rows() * x.cols(); i++) {
      y.data[i] = f == Activation.RELU ? Math.max(x.data[i], 0) : x.data[i];
    }
  }

  @Override
  protected void activateBackwardKernel(Activation f, Matrix y, Matrix dy, Matrix dx) {
    for (int i = 0; i < y.rows() * y.cols(); i++) {
      dx.data[i] = f == Activation.RELU && y.data[i] <= 0 ? 0 : dy.data[i];
    }
  }

  @Override
  protected void axpbyKernel(float alpha, Matrix x, float beta, Matrix y) {
    for (int i = 0; i < x.rows() * x.cols(); i++) {
      y.data[i] = alpha * x.data[i] + (beta == 0 ? 0 : beta * y.data[i]);
    }
  }

  @Override
  protected void adamKernel(
      Matrix gradient,
      Matrix m,
      Matrix v,
      Matrix value,
      float beta1,
      float beta2,
      float rate,
      float epsilon,
      float decay) {
    for (int i = 0; i < value.rows() * value.cols(); i++) {
      float g = gradient.data[i];
      m.data[i] = beta1 * m.data[i] + (1 - beta1) * g;
      v.data[i] = beta2 * v.data[i] + (1 - beta2) * g * g;
      value.data[i] =
          (1 - decay) * value.data[i] - rate * m.data[i] / ((float) Math.sqrt(v.data[i]) + epsilon);
    }
  }

  @Override
  protected void releaseKernel(Matrix tensor) {
    released.add(tensor);
  }

  @Override
  protected void closeKernel() {
    closed++;
  }
}
