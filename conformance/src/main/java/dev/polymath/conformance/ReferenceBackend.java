package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.BackendInfo;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.spi.AbstractBackend;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The smallest right backend: one readable loop per operation, in double, rounded at the end. It
 * passes the whole kit, the kit's mutants are made of it, and tests of other modules compute with
 * it. To read before writing a backend, not to train with: it is slow.
 *
 * <p>Its results are the same on every machine and JDK. A subclass may replace any kernel.
 */
public class ReferenceBackend extends AbstractBackend<ReferenceTensor> {

  static final String NAME = "reference";

  private static final BackendInfo INFO = new BackendInfo(NAME, "1", 1, "double loops", true);

  private final AtomicInteger tensors = new AtomicInteger();

  /** A new session. */
  public ReferenceBackend() {
    super(ReferenceTensor.class);
  }

  /** How many tensors it has allocated, parameters included; views are none. */
  public final int tensors() {
    return tensors.get();
  }

  @Override
  public BackendInfo info() {
    return INFO;
  }

  @Override
  protected ReferenceTensor newTensor(int rows, int cols) {
    tensors.incrementAndGet();
    return new ReferenceTensor(this, rows, cols);
  }

  @Override
  protected void matmulKernel(ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
    int k = a.cols();
    int n = b.cols();
    for (int i = 0; i < out.rows(); i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int p = 0; p < k; p++) {
          sum += (double) a.data[i * k + p] * b.data[p * n + j];
        }
        out.data[i * n + j] = (float) sum;
      }
    }
  }

  @Override
  protected void matmulTransAKernel(ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
    int m = a.cols();
    int n = b.cols();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int p = 0; p < a.rows(); p++) {
          sum += (double) a.data[p * m + i] * b.data[p * n + j];
        }
        out.data[i * n + j] = (float) sum;
      }
    }
  }

  @Override
  protected void matmulTransBKernel(ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
    int k = a.cols();
    int n = b.rows();
    for (int i = 0; i < out.rows(); i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int p = 0; p < k; p++) {
          sum += (double) a.data[i * k + p] * b.data[j * k + p];
        }
        out.data[i * n + j] = (float) sum;
      }
    }
  }

  @Override
  protected void addRowKernel(ReferenceTensor row, ReferenceTensor y) {
    for (int i = 0; i < y.size(); i++) {
      y.data[i] += row.data[i % y.cols()];
    }
  }

  @Override
  protected void sumRowsKernel(ReferenceTensor x, ReferenceTensor out) {
    for (int j = 0; j < x.cols(); j++) {
      double sum = 0;
      for (int i = 0; i < x.rows(); i++) {
        sum += x.data[i * x.cols() + j];
      }
      out.data[j] = (float) sum;
    }
  }

  @Override
  protected boolean computes(Activation f) {
    return true;
  }

  @Override
  protected void activateKernel(Activation f, ReferenceTensor x, ReferenceTensor y) {
    if (f == Activation.SOFTMAX) {
      softmax(x, y);
      return;
    }
    for (int i = 0; i < x.size(); i++) {
      double v = x.data[i];
      y.data[i] =
          (float)
              switch (f) {
                case IDENTITY -> v;
                case SIGMOID -> 1 / (1 + StrictMath.exp(-v));
                case TANH -> StrictMath.tanh(v);
                case RELU -> Math.max(v, 0);
                case LEAKY_RELU -> v > 0 ? v : Activation.LEAKY_SLOPE * v;
                case ELU -> v > 0 ? v : StrictMath.expm1(v);
                case SELU ->
                    Activation.SELU_SCALE
                        * (v > 0 ? v : Activation.SELU_ALPHA * StrictMath.expm1(v));
                case SOFTMAX -> throw new AssertionError();
              };
    }
  }

  private static void softmax(ReferenceTensor x, ReferenceTensor y) {
    int n = x.cols();
    for (int row = 0; row < x.size(); row += n) {
      double max = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < n; j++) {
        max = Math.max(max, x.data[row + j]);
      }
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += StrictMath.exp(x.data[row + j] - max);
      }
      for (int j = 0; j < n; j++) {
        y.data[row + j] = (float) (StrictMath.exp(x.data[row + j] - max) / sum);
      }
    }
  }

  @Override
  protected void activateBackwardKernel(
      Activation f, ReferenceTensor y, ReferenceTensor dy, ReferenceTensor dx) {
    if (f == Activation.SOFTMAX) {
      softmaxBackward(y, dy, dx);
      return;
    }
    for (int i = 0; i < y.size(); i++) {
      double out = y.data[i];
      double g = dy.data[i];
      dx.data[i] =
          (float)
              switch (f) {
                case IDENTITY -> g;
                case SIGMOID -> g * out * (1 - out);
                case TANH -> g * (1 - out * out);
                case RELU -> out > 0 ? g : 0;
                case LEAKY_RELU -> out > 0 ? g : Activation.LEAKY_SLOPE * g;
                case ELU -> out > 0 ? g : g * (out + 1);
                case SELU ->
                    g
                        * (out > 0
                            ? Activation.SELU_SCALE
                            : out + Activation.SELU_SCALE * Activation.SELU_ALPHA);
                case SOFTMAX -> throw new AssertionError();
              };
    }
  }

  private static void softmaxBackward(ReferenceTensor y, ReferenceTensor dy, ReferenceTensor dx) {
    int n = y.cols();
    for (int row = 0; row < y.size(); row += n) {
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += (double) dy.data[row + j] * y.data[row + j];
      }
      for (int j = 0; j < n; j++) {
        dx.data[row + j] = (float) (y.data[row + j] * (dy.data[row + j] - sum));
      }
    }
  }

  @Override
  protected void axpbyKernel(float alpha, ReferenceTensor x, float beta, ReferenceTensor y) {
    for (int i = 0; i < y.size(); i++) {
      double old = beta == 0 ? 0 : (double) beta * y.data[i];
      y.data[i] = (float) ((double) alpha * x.data[i] + old);
    }
  }

  @Override
  protected void multiplyKernel(ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
    for (int i = 0; i < out.size(); i++) {
      out.data[i] = a.data[i] * b.data[i];
    }
  }

  @Override
  protected double sumOfSquaresKernel(ReferenceTensor x) {
    double sum = 0;
    for (int i = 0; i < x.size(); i++) {
      sum += (double) x.data[i] * x.data[i];
    }
    return sum;
  }

  @Override
  protected void adamKernel(
      ReferenceTensor gradient,
      ReferenceTensor m,
      ReferenceTensor v,
      ReferenceTensor value,
      float beta1,
      float beta2,
      float rate,
      float epsilon,
      float decay) {
    for (int i = 0; i < value.size(); i++) {
      double g = gradient.data[i];
      double newM = beta1 * (double) m.data[i] + (1 - beta1) * g;
      double newV = beta2 * (double) v.data[i] + (1 - beta2) * g * g;
      m.data[i] = (float) newM;
      v.data[i] = (float) newV;
      value.data[i] =
          (float)
              ((1 - (double) decay) * value.data[i] - rate * newM / (Math.sqrt(newV) + epsilon));
    }
  }

  @Override
  protected Layer newDense(int inputs, int outputs, Activation f) {
    return new ReferenceDense(this, inputs, outputs, f);
  }

  @Override
  protected Loss newSoftmaxCrossEntropy() {
    return new ReferenceLoss(this, Loss.Input.LOGITS);
  }

  @Override
  protected Loss newSquaredError() {
    return new ReferenceLoss(this, Loss.Input.OUTPUT);
  }

  @Override
  protected Loss newHuber(float delta) {
    return new ReferenceHuber(this, delta);
  }

  @Override
  protected Loss newSigmoidCrossEntropy() {
    return new ReferenceSigmoidCrossEntropy(this);
  }

  @Override
  protected void closeKernel() {}
}
