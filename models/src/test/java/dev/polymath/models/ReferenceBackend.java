package dev.polymath.models;

import dev.polymath.Activation;
import dev.polymath.BackendInfo;
import dev.polymath.spi.AbstractBackend;
import dev.polymath.spi.AbstractTensor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Plain loops over float[] with the composed layers and losses: slow, and enough for these tests.
 */
public class ReferenceBackend extends AbstractBackend<ReferenceBackend.Matrix> {

  public static final class Matrix extends AbstractTensor {

    public final float[] values;

    Matrix(ReferenceBackend backend, int rows, int cols) {
      super(backend, rows, cols);
      values = new float[rows * cols];
    }

    private Matrix(Matrix parent, int rows) {
      super(parent, rows);
      values = parent.values;
    }

    @Override
    protected AbstractTensor firstRowsKernel(int rows) {
      return new Matrix(this, rows);
    }

    @Override
    protected void writeKernel(float[] source, int offset) {
      System.arraycopy(source, offset, values, 0, rows() * cols());
    }

    @Override
    protected void readKernel(float[] target, int offset) {
      System.arraycopy(values, 0, target, offset, rows() * cols());
    }
  }

  private final AtomicInteger tensors = new AtomicInteger();

  public ReferenceBackend() {
    super(Matrix.class);
  }

  /** How many tensors were allocated; views are none. */
  public int tensors() {
    return tensors.get();
  }

  @Override
  public BackendInfo info() {
    return new BackendInfo("reference", "1", 1, "plain loops", false);
  }

  @Override
  protected Matrix newTensor(int rows, int cols) {
    tensors.incrementAndGet();
    return new Matrix(this, rows, cols);
  }

  @Override
  protected void matmulKernel(Matrix a, Matrix b, Matrix out) {
    product(a.values, a.cols(), 1, b.values, b.cols(), 1, a.cols(), out);
  }

  @Override
  protected void matmulTransAKernel(Matrix a, Matrix b, Matrix out) {
    product(a.values, 1, a.cols(), b.values, b.cols(), 1, a.rows(), out);
  }

  @Override
  protected void matmulTransBKernel(Matrix a, Matrix b, Matrix out) {
    product(a.values, a.cols(), 1, b.values, 1, b.cols(), a.cols(), out);
  }

  /** {@code out[i, j] = Σ a[i, l] · b[l, j]} with the strides of both. */
  private static void product(
      float[] a, int aRow, int aCol, float[] b, int bRow, int bCol, int inner, Matrix out) {
    int n = out.cols();
    for (int i = 0; i < out.rows(); i++) {
      for (int j = 0; j < n; j++) {
        out.values[i * n + j] = 0;
      }
      for (int l = 0; l < inner; l++) {
        float factor = a[i * aRow + l * aCol];
        for (int j = 0; j < n; j++) {
          out.values[i * n + j] += factor * b[l * bRow + j * bCol];
        }
      }
    }
  }

  @Override
  protected void addRowKernel(Matrix row, Matrix y) {
    for (int i = 0; i < y.rows() * y.cols(); i++) {
      y.values[i] += row.values[i % y.cols()];
    }
  }

  @Override
  protected void sumRowsKernel(Matrix x, Matrix out) {
    for (int j = 0; j < x.cols(); j++) {
      float sum = 0;
      for (int i = 0; i < x.rows(); i++) {
        sum += x.values[i * x.cols() + j];
      }
      out.values[j] = sum;
    }
  }

  @Override
  protected void activateKernel(Activation f, Matrix x, Matrix y) {
    if (f == Activation.SOFTMAX) {
      softmax(x, y);
      return;
    }
    for (int i = 0; i < x.rows() * x.cols(); i++) {
      float v = x.values[i];
      y.values[i] =
          switch (f) {
            case IDENTITY, SOFTMAX -> v;
            case SIGMOID -> (float) (1 / (1 + StrictMath.exp(-v)));
            case TANH -> (float) StrictMath.tanh(v);
            case RELU -> Math.max(v, 0);
            case LEAKY_RELU -> v > 0 ? v : Activation.LEAKY_SLOPE * v;
          };
    }
  }

  private static void softmax(Matrix x, Matrix y) {
    int n = x.cols();
    for (int row = 0; row < x.rows() * n; row += n) {
      float max = Float.NEGATIVE_INFINITY;
      for (int j = 0; j < n; j++) {
        max = Math.max(max, x.values[row + j]);
      }
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += StrictMath.exp(x.values[row + j] - max);
      }
      for (int j = 0; j < n; j++) {
        y.values[row + j] = (float) (StrictMath.exp(x.values[row + j] - max) / sum);
      }
    }
  }

  @Override
  protected void activateBackwardKernel(Activation f, Matrix y, Matrix dy, Matrix dx) {
    int n = y.cols();
    for (int row = 0; row < y.rows() * n; row += n) {
      float dot = 0;
      for (int j = 0; f == Activation.SOFTMAX && j < n; j++) {
        dot += dy.values[row + j] * y.values[row + j];
      }
      for (int i = row; i < row + n; i++) {
        float v = y.values[i];
        float d = dy.values[i];
        dx.values[i] =
            switch (f) {
              case IDENTITY -> d;
              case SIGMOID -> d * v * (1 - v);
              case TANH -> d * (1 - v * v);
              case RELU -> v > 0 ? d : 0;
              case LEAKY_RELU -> v > 0 ? d : Activation.LEAKY_SLOPE * d;
              case SOFTMAX -> v * (d - dot);
            };
      }
    }
  }

  @Override
  protected void axpbyKernel(float alpha, Matrix x, float beta, Matrix y) {
    for (int i = 0; i < x.rows() * x.cols(); i++) {
      y.values[i] = beta == 0 ? alpha * x.values[i] : alpha * x.values[i] + beta * y.values[i];
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
      float g = gradient.values[i];
      m.values[i] = beta1 * m.values[i] + (1 - beta1) * g;
      v.values[i] = beta2 * v.values[i] + (1 - beta2) * g * g;
      value.values[i] =
          (1 - decay) * value.values[i]
              - rate * m.values[i] / ((float) Math.sqrt(v.values[i]) + epsilon);
    }
  }

  @Override
  protected void release() {}
}
