package dev.polymath.backend.ejml;

import dev.polymath.Activation;
import dev.polymath.Tensor;
import dev.polymath.spi.AbstractLayer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code y = f(x)} as a layer, and the loops that compute it; softmax goes by row. */
final class EjmlActivation extends AbstractLayer<EjmlTensor> {

  private final Activation activation;

  EjmlActivation(EjmlBackend backend, int width, Activation f) {
    super(backend, width, width, List.of());
    this.activation = f;
  }

  @Override
  protected void forwardKernel(EjmlTensor x, EjmlTensor y) {
    apply(activation, x, y);
  }

  @Override
  protected void backwardKernel(
      EjmlTensor x,
      EjmlTensor y,
      EjmlTensor dy,
      @Nullable EjmlTensor dx,
      List<Tensor> gradients) {
    if (dx != null) {
      applyBackward(activation, y, dy, dx);
    }
  }

  /** {@code y = f(x)}; {@code y} may be {@code x}. */
  static void apply(Activation f, EjmlTensor x, EjmlTensor y) {
    int size = x.rows() * x.cols();
    if (f == Activation.SOFTMAX) {
      for (int row = 0; row < size; row += x.cols()) {
        softmax(x.data(), y.data(), row, row + x.cols());
      }
      return;
    }
    for (int i = 0; i < size; i++) {
      y.data()[i] = forward(f, x.data()[i]);
    }
  }

  /** {@code dx = dy · f′}; {@code dx} may be {@code dy}. */
  static void applyBackward(Activation f, EjmlTensor y, EjmlTensor dy, EjmlTensor dx) {
    int size = y.rows() * y.cols();
    if (f == Activation.SOFTMAX) {
      for (int row = 0; row < size; row += y.cols()) {
        softmaxBackward(y.data(), dy.data(), dx.data(), row, row + y.cols());
      }
      return;
    }
    for (int i = 0; i < size; i++) {
      dx.data()[i] = backward(f, y.data()[i], dy.data()[i]);
    }
  }

  private static float forward(Activation f, float x) {
    return switch (f) {
      case IDENTITY -> x;
      case SIGMOID -> (float) (1 / (1 + Math.exp(-x)));
      case TANH -> (float) Math.tanh(x);
      // Not x > 0 ? x : 0, which would hide a NaN.
      case RELU -> Math.max(x, 0);
      case LEAKY_RELU -> x > 0 ? x : Activation.LEAKY_SLOPE * x;
      case SOFTMAX -> throw new IllegalArgumentException("softmax has no value by element");
    };
  }

  /** {@code dy · f′} from one element of the output. */
  static float backward(Activation f, float y, float dy) {
    return switch (f) {
      case IDENTITY -> dy;
      case SIGMOID -> dy * y * (1 - y);
      // 1 − y² as a product: exact to the last bit where y is near 1.
      case TANH -> dy * (1 - y) * (1 + y);
      case RELU -> y > 0 ? dy : 0;
      case LEAKY_RELU -> y > 0 ? dy : Activation.LEAKY_SLOPE * dy;
      case SOFTMAX -> throw new IllegalArgumentException("softmax has no derivative by element");
    };
  }

  private static void softmax(float[] x, float[] y, int from, int to) {
    double max = max(x, from, to);
    double sum = 0;
    for (int i = from; i < to; i++) {
      y[i] = (float) Math.exp(x[i] - max);
      sum += y[i];
    }
    for (int i = from; i < to; i++) {
      y[i] = (float) (y[i] / sum);
    }
  }

  /** The largest element; NaN if there is one. */
  static double max(float[] x, int from, int to) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = from; i < to; i++) {
      max = Math.max(max, x[i]);
    }
    return max;
  }

  private static void softmaxBackward(float[] y, float[] dy, float[] dx, int from, int to) {
    double dot = 0;
    for (int i = from; i < to; i++) {
      dot += (double) dy[i] * y[i];
    }
    for (int i = from; i < to; i++) {
      dx[i] = (float) (y[i] * (dy[i] - dot));
    }
  }
}
