package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Backend;
import org.opentest4j.AssertionFailedError;

/**
 * Every operation of a {@link Backend} as naive loops in double, with a bound for the rounding of
 * float32 at each element.
 *
 * <p>In the bounds, u = 2⁻²⁴ is the rounding of one float32 operation, and 2⁻¹²⁶ the smallest
 * normal float: what lies below may be flushed to zero. Constants are twice the textbook ones
 * (Higham, "Accuracy and Stability of Numerical Algorithms", chapter 3), which are worst cases
 * already.
 */
public final class Oracle {

  private static final double U = 0x1p-24;
  private static final double TINY = 0x1p-126;

  /** Relative, for what takes an exponential or a logarithm. */
  private static final double FUNCTION = 0x1p-20;

  /** Far below zero, SELU is minus this; just below zero, it is this steep. */
  private static final double SELU_END = Activation.SELU_SCALE * Activation.SELU_ALPHA;

  private Oracle() {}

  /**
   * {@code a · b}, within {@code 2 · k · u · Σ|a||b| + k · 2⁻¹²⁶}.
   *
   * @param a {@code [m, k]}
   * @param b {@code [k, n]}
   */
  public static Expected matmul(Matrix a, Matrix b) {
    return product(a, Expected.exactly(b));
  }

  /** {@code aᵀ · b} of {@code [k, m]} and {@code [k, n]}, bounded as {@link #matmul}. */
  public static Expected matmulTransA(Matrix a, Matrix b) {
    return matmul(a.transposed(), b);
  }

  /** {@code a · bᵀ} of {@code [m, k]} and {@code [n, k]}, bounded as {@link #matmul}. */
  public static Expected matmulTransB(Matrix a, Matrix b) {
    return matmul(a, b.transposed());
  }

  /**
   * {@code a · b} of random numbers around zero: within {@code 8 · √k · u · √Σ(ab)²} too, which is
   * some twenty times what rounding then gives, and far less than its worst case. It notices a
   * product of eight or ten bits, and a scaled one.
   */
  static Expected matmulOfRandom(Matrix a, Matrix b) {
    return ofRandom(matmul(a, b), a, b, b);
  }

  /** The product with a {@code b} that is itself only known within its tolerance. */
  private static Expected product(Matrix a, Expected b) {
    int n = b.value().cols();
    int k = a.cols();
    Matrix value = Matrix.zeros(a.rows(), n);
    Matrix tolerance = Matrix.zeros(a.rows(), n);
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < n; j++) {
        tolerance.values()[i * n + j] = k * TINY;
      }
      for (int p = 0; p < k; p++) {
        double factor = a.at(i, p);
        for (int j = 0; j < n; j++) {
          double term = factor * b.value().values()[p * n + j];
          double inherited = Math.abs(factor) * b.tolerance().values()[p * n + j];
          value.values()[i * n + j] += term;
          tolerance.values()[i * n + j] += 2 * k * U * Math.abs(term) + inherited;
        }
      }
    }
    return new Expected(value, tolerance);
  }

  /**
   * The product, held to the bound for random numbers where that is the smaller one.
   *
   * @param sizes what the elements of b count as: more than their values where b is the result of a
   *     cancellation
   */
  private static Expected ofRandom(Expected product, Matrix a, Matrix b, Matrix sizes) {
    int n = b.cols();
    int k = a.cols();
    double[] squares = new double[n];
    Matrix tolerance = Matrix.zeros(a.rows(), n);
    for (int i = 0; i < a.rows(); i++) {
      java.util.Arrays.fill(squares, 0);
      for (int p = 0; p < k; p++) {
        double factor = a.at(i, p) * a.at(i, p);
        for (int j = 0; j < n; j++) {
          double size = sizes.values()[p * n + j];
          squares[j] += factor * size * size;
        }
      }
      for (int j = 0; j < n; j++) {
        double bound = (8 * Math.sqrt(k) + 8) * U * Math.sqrt(squares[j]) + k * TINY;
        tolerance.values()[i * n + j] = Math.min(bound, product.tolerance().at(i, j));
      }
    }
    return new Expected(product.value(), tolerance);
  }

  /** {@code y + row}, within {@code 2u · (|y| + |row|) + 2⁻¹²⁶}. */
  public static Expected addRow(Matrix row, Matrix y) {
    Matrix value = Matrix.zeros(y.rows(), y.cols());
    Matrix tolerance = Matrix.zeros(y.rows(), y.cols());
    for (int i = 0; i < y.rows(); i++) {
      for (int j = 0; j < y.cols(); j++) {
        int index = i * y.cols() + j;
        value.values()[index] = y.at(i, j) + row.at(0, j);
        tolerance.values()[index] = 2 * U * (Math.abs(y.at(i, j)) + Math.abs(row.at(0, j))) + TINY;
      }
    }
    return new Expected(value, tolerance);
  }

  /** The sum over the rows, {@code [1, cols]}, bounded as a product with ones. */
  public static Expected sumRows(Matrix x) {
    return sumRows(Expected.exactly(x));
  }

  static Expected sumRows(Expected x) {
    return product(Matrix.zeros(1, x.value().rows()).map(zero -> 1), x);
  }

  /**
   * {@code α · x + β · y}, within {@code 4u · (|αx| + |βy|) + 2⁻¹²⁶}; with β = 0, y is not read.
   */
  public static Expected axpby(double alpha, Matrix x, double beta, Matrix y) {
    Matrix value = Matrix.zeros(y.rows(), y.cols());
    Matrix tolerance = Matrix.zeros(y.rows(), y.cols());
    for (int i = 0; i < value.values().length; i++) {
      double ax = alpha * x.values()[i];
      double by = beta == 0 ? 0 : beta * y.values()[i];
      value.values()[i] = ax + by;
      tolerance.values()[i] = 4 * U * (Math.abs(ax) + Math.abs(by)) + TINY;
    }
    return new Expected(value, tolerance);
  }

  /** {@code a ⊙ b}, within {@code 2u · |ab| + 2⁻¹²⁶}. */
  public static Expected multiply(Matrix a, Matrix b) {
    Matrix value = Matrix.zeros(a.rows(), a.cols());
    for (int i = 0; i < value.values().length; i++) {
      value.values()[i] = a.values()[i] * b.values()[i];
    }
    return new Expected(value, value.map(v -> 2 * U * Math.abs(v) + TINY));
  }

  /** {@code Σ x²}, {@code [1, 1]}, within 2⁻²⁰ relative: squared and summed in double. */
  public static Expected sumOfSquares(Matrix x) {
    double sum = 0;
    for (double v : x.values()) {
      sum += v * v;
    }
    Matrix value = new Matrix(1, 1, new double[] {sum});
    return new Expected(value, value.map(v -> FUNCTION * v));
  }

  /**
   * {@code f(x)}: identity exactly, ReLU and its leaky form within {@code 2u|y| + 2⁻¹²⁶}, the
   * others within {@code 2⁻²⁰ · |y| + 2⁻¹²⁶}. For softmax that is too little for {@code x − max x}
   * rounded to a float before its exponential.
   */
  public static Expected activate(Activation f, Matrix x) {
    Matrix y =
        switch (f) {
          case IDENTITY -> x;
          case SIGMOID -> x.map(v -> 1 / (1 + Math.exp(-v)));
          case TANH -> x.map(Math::tanh);
          case RELU -> x.map(v -> Math.max(v, 0));
          case LEAKY_RELU -> x.map(v -> v > 0 ? v : Activation.LEAKY_SLOPE * v);
          case ELU -> x.map(v -> v > 0 ? v : Math.expm1(v));
          case SELU -> x.map(v -> v > 0 ? Activation.SELU_SCALE * v : SELU_END * Math.expm1(v));
          case SOFTMAX -> softmax(x);
        };
    return new Expected(y, y.map(v -> roundingOf(f, v)));
  }

  private static double maxOfRow(Matrix x, int row) {
    double max = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < x.cols(); j++) {
      max = Math.max(max, x.at(row, j));
    }
    return max;
  }

  private static double roundingOf(Activation f, double y) {
    return switch (f) {
      case IDENTITY -> 0;
      case RELU, LEAKY_RELU -> 2 * U * Math.abs(y) + TINY;
      case SIGMOID, TANH, ELU, SELU, SOFTMAX -> FUNCTION * Math.abs(y) + TINY;
    };
  }

  private static Matrix softmax(Matrix x) {
    Matrix y = Matrix.zeros(x.rows(), x.cols());
    for (int i = 0; i < x.rows(); i++) {
      double max = maxOfRow(x, i);
      double sum = 0;
      for (int j = 0; j < x.cols(); j++) {
        sum += Math.exp(x.at(i, j) - max);
      }
      for (int j = 0; j < x.cols(); j++) {
        y.values()[i * x.cols() + j] = Math.exp(x.at(i, j) - max) / sum;
      }
    }
    return y;
  }

  /**
   * {@code dy · f′}, from the output y. The bounds let {@code y(1 − y)} be computed as {@code y −
   * y²} and allow {@code 1 − y²} and {@code y + 1} their cancellation.
   */
  public static Expected activateBackward(Activation f, Matrix y, Matrix dy) {
    if (f == Activation.SOFTMAX) {
      return softmaxBackward(y, dy);
    }
    Matrix value = Matrix.zeros(y.rows(), y.cols());
    Matrix tolerance = Matrix.zeros(y.rows(), y.cols());
    for (int i = 0; i < value.values().length; i++) {
      double out = y.values()[i];
      double g = dy.values()[i];
      double slope =
          switch (f) {
            case IDENTITY -> 1;
            case SIGMOID -> out * (1 - out);
            case TANH -> 1 - out * out;
            case RELU -> out > 0 ? 1 : 0;
            case LEAKY_RELU -> out > 0 ? 1 : Activation.LEAKY_SLOPE;
            case ELU -> out > 0 ? 1 : out + 1;
            case SELU -> out > 0 ? Activation.SELU_SCALE : out + SELU_END;
            case SOFTMAX -> throw new AssertionError();
          };
      double terms =
          switch (f) {
            case IDENTITY -> 0;
            case SIGMOID -> Math.abs(out) * (1 + Math.abs(out));
            case TANH -> 1 + out * out;
            case ELU -> out > 0 ? 1 : 1 - out;
            case SELU -> out > 0 ? Activation.SELU_SCALE : SELU_END - out;
            default -> slope;
          };
      // Where ReLU is off, the gradient is 0 and not 0 · dy.
      value.values()[i] = slope == 0 && f == Activation.RELU ? 0 : g * slope;
      tolerance.values()[i] = 4 * U * terms * Math.abs(g) + (f == Activation.IDENTITY ? 0 : TINY);
    }
    return new Expected(value, tolerance);
  }

  private static Expected softmaxBackward(Matrix y, Matrix dy) {
    int n = y.cols();
    Matrix value = Matrix.zeros(y.rows(), n);
    Matrix tolerance = Matrix.zeros(y.rows(), n);
    for (int i = 0; i < y.rows(); i++) {
      double sum = 0;
      double size = 0;
      for (int j = 0; j < n; j++) {
        sum += dy.at(i, j) * y.at(i, j);
        size += Math.abs(dy.at(i, j) * y.at(i, j));
      }
      for (int j = 0; j < n; j++) {
        double out = y.at(i, j);
        double g = dy.at(i, j);
        value.values()[i * n + j] = out * (g - sum);
        tolerance.values()[i * n + j] =
            Math.abs(out) * (2 * n * U * size + 4 * U * (Math.abs(g) + size) + n * TINY) + TINY;
      }
    }
    return new Expected(value, tolerance);
  }

  /**
   * {@code f(x · w + b)}, within the bound of the product of k + 1 terms times the largest slope of
   * f, plus that of f itself.
   *
   * @param x {@code [n, inputs]}
   * @param w {@code [inputs, outputs]}
   * @param b {@code [1, outputs]}
   */
  public static Expected dense(Activation f, Matrix x, Matrix w, Matrix b) {
    int terms = x.cols() + 1;
    Expected product = matmul(x, w);
    Matrix z = Matrix.zeros(x.rows(), w.cols());
    Matrix tolerance = Matrix.zeros(x.rows(), w.cols());
    for (int i = 0; i < x.rows(); i++) {
      for (int j = 0; j < w.cols(); j++) {
        int index = i * w.cols() + j;
        z.values()[index] = product.value().at(i, j) + b.at(0, j);
        tolerance.values()[index] =
            product.tolerance().at(i, j) * terms / x.cols()
                + 2 * terms * U * Math.abs(b.at(0, j))
                + TINY;
      }
    }
    double steepest =
        switch (f) {
          case SIGMOID -> 0.25;
          case SELU -> SELU_END;
          default -> 1;
        };
    Matrix y = activate(f, z).value();
    for (int i = 0; i < y.values().length; i++) {
      tolerance.values()[i] = steepest * tolerance.values()[i] + roundingOf(f, y.values()[i]);
    }
    return new Expected(y, tolerance);
  }

  /**
   * The gradients of a dense layer.
   *
   * @param dx {@code dz · wᵀ} with {@code dz = dy · f′(y)}
   * @param dw {@code xᵀ · dz}
   * @param db the sum of dz over the rows
   */
  public record DenseGradients(Expected dx, Expected dw, Expected db) {}

  /** The gradients of {@link #dense}; each bound is that of its product plus what dz brings. */
  public static DenseGradients denseBackward(
      Activation f, Matrix x, Matrix w, Matrix y, Matrix dy) {
    Expected dz = activateBackward(f, y, dy);
    return new DenseGradients(
        product(w, dz.transposed()).transposed(), product(x.transposed(), dz), sumRows(dz));
  }

  /**
   * A loss and its gradient.
   *
   * @param value the mean over the rows
   * @param tolerance of the value
   * @param gradient with respect to the output, 1/n included
   */
  public record LossAndGradient(double value, double tolerance, Expected gradient) {

    /** Compares a value; NaN asks for a NaN. */
    public void checkValue(String operation, double found) {
      if (!Expected.agrees(value, tolerance, found)) {
        throw new AssertionFailedError(
            operation
                + ": expected the loss "
                + value
                + ", found "
                + found
                + ", tolerance "
                + tolerance
                + LikelyCause.of(value, found),
            value,
            found);
      }
    }
  }

  /**
   * Softmax cross-entropy. The value is within 2⁻²⁰ relative, where a row whose probability is near
   * 1 counts as a loss of 1 for each unit of target: log p then comes from a cancellation, and
   * float32 exponentials know p but not 1 − p. The gradient is within what {@link #activate} allows
   * for softmax, times Σ|t|, and 2⁻²⁰ of the target.
   *
   * @param z {@code [n, classes]}, logits
   * @param t {@code [n, classes]}, any real numbers
   */
  public static LossAndGradient softmaxCrossEntropy(Matrix z, Matrix t) {
    int n = z.rows();
    int classes = z.cols();
    Matrix gradient = Matrix.zeros(n, classes);
    Matrix tolerance = Matrix.zeros(n, classes);
    double loss = 0;
    double size = 0;
    for (int i = 0; i < n; i++) {
      double max = maxOfRow(z, i);
      double targets = 0;
      double absoluteTargets = 0;
      for (int j = 0; j < classes; j++) {
        targets += t.at(i, j);
        absoluteTargets += Math.abs(t.at(i, j));
      }
      double sum = 0;
      for (int j = 0; j < classes; j++) {
        sum += Math.exp(z.at(i, j) - max);
      }
      for (int j = 0; j < classes; j++) {
        double logP = z.at(i, j) - max - Math.log(sum);
        double p = Math.exp(logP);
        double target = t.at(i, j);
        // A class without weight adds nothing, however unlikely it is.
        if (target != 0) {
          loss -= target * logP;
          size += Math.abs(target) * Math.max(1, Math.abs(logP));
        }
        gradient.values()[i * classes + j] = (p * targets - target) / n;
        tolerance.values()[i * classes + j] =
            FUNCTION * (p * absoluteTargets + Math.abs(target)) / n + TINY;
      }
    }
    return new LossAndGradient(
        loss / n, FUNCTION * size / n + TINY, new Expected(gradient, tolerance));
  }

  /** The squared error, {@code 1/n · Σ (y − t)²}; value and gradient within 2⁻²⁰ relative. */
  public static LossAndGradient squaredError(Matrix y, Matrix t) {
    int n = y.rows();
    double loss = 0;
    Matrix gradient = Matrix.zeros(n, y.cols());
    for (int i = 0; i < y.values().length; i++) {
      double difference = y.values()[i] - t.values()[i];
      loss += difference * difference;
      gradient.values()[i] = 2 * difference / n;
    }
    return new LossAndGradient(
        loss / n,
        FUNCTION * loss / n + TINY,
        new Expected(gradient, gradient.map(g -> FUNCTION * Math.abs(g) + TINY)));
  }

  /** The three tensors after one update. */
  public record AdamStep(Expected m, Expected v, Expected value) {}

  /**
   * One update of AdamW, as {@link Backend#adam} defines it. The bound of the value takes m and v
   * at the ends of theirs: near v = 0 the root magnifies a rounding.
   */
  public static AdamStep adam(
      Matrix gradient,
      Matrix m,
      Matrix v,
      Matrix value,
      double beta1,
      double beta2,
      double rate,
      double epsilon,
      double decay) {
    int rows = value.rows();
    int cols = value.cols();
    Expected newM = zero(rows, cols);
    Expected newV = zero(rows, cols);
    Expected newValue = zero(rows, cols);
    for (int i = 0; i < rows * cols; i++) {
      double g = gradient.values()[i];
      double oldM = beta1 * m.values()[i];
      double addM = (1 - beta1) * g;
      double mi = oldM + addM;
      double mTolerance = 6 * U * (Math.abs(oldM) + Math.abs(addM)) + TINY;
      double vi = beta2 * v.values()[i] + (1 - beta2) * g * g;
      double vTolerance = 8 * U * vi + TINY;
      double kept = (1 - decay) * value.values()[i];
      double step = rate * mi / (Math.sqrt(vi) + epsilon);
      double largest =
          Math.abs(rate)
              * (Math.abs(mi) + mTolerance)
              / (Math.sqrt(Math.max(0, vi - vTolerance)) + epsilon);
      newM.value().values()[i] = mi;
      newM.tolerance().values()[i] = mTolerance;
      newV.value().values()[i] = vi;
      newV.tolerance().values()[i] = vTolerance;
      newValue.value().values()[i] = kept - step;
      newValue.tolerance().values()[i] =
          6 * U * (Math.abs(kept) + largest) + (largest - Math.abs(step)) + TINY;
    }
    return new AdamStep(newM, newV, newValue);
  }

  private static Expected zero(int rows, int cols) {
    return new Expected(Matrix.zeros(rows, cols), Matrix.zeros(rows, cols));
  }
}
