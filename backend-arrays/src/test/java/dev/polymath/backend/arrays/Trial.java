package dev.polymath.backend.arrays;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One operation on shapes, storage and values that a seed decides, and all that it gives as bits:
 * to be run on one session after another and compared. Every NaN counts as the same one.
 */
final class Trial {

  /** What is computed. */
  enum Operation {
    MATMUL,
    MATMUL_TRANS_A,
    MATMUL_TRANS_B,
    ADD_ROW,
    SUM_ROWS,
    AXPBY,
    MULTIPLY,
    SUM_OF_SQUARES,
    ADAM,
    ACTIVATE,
    ACTIVATE_BACKWARD,
    DENSE,
    ACTIVATION_LAYER,
    CROSS_ENTROPY,
    SQUARED_ERROR,
    HUBER,
    SIGMOID_CROSS_ENTROPY
  }

  private static final int MOST_ELEMENTS = 1 << 16;
  private static final int MOST_PRODUCTS = 1 << 21;
  private static final int LONGEST = 2000;

  private final long seed;
  private final Operation operation;
  private final Activation f;
  private final int values;
  private final int n;
  private final int k;
  private final int m;

  /** Draws anew in each run: the same numbers in the same order. */
  private SplittableRandom random = new SplittableRandom();

  private final List<Tensor> results = new ArrayList<>();

  private Trial(long seed, SplittableRandom random) {
    this.seed = seed;
    Operation[] operations = Operation.values();
    operation = operations[random.nextInt(operations.length)];
    Activation[] activations = Activation.values();
    Activation drawn = activations[random.nextInt(activations.length)];
    boolean fused = operation == Operation.DENSE && drawn == Activation.SOFTMAX;
    f = fused ? Activation.ELU : drawn;
    values = random.nextInt(5);
    int[] sizes = new int[3];
    do {
      for (int i = 0; i < 3; i++) {
        sizes[i] = size(random);
      }
    } while (!fits(sizes));
    n = sizes[0];
    k = sizes[1];
    m = sizes[2];
  }

  static Trial of(long seed) {
    return new Trial(seed, new SplittableRandom(seed));
  }

  private static boolean fits(int[] s) {
    return (long) s[0] * s[1] <= MOST_ELEMENTS
        && (long) s[1] * s[2] <= MOST_ELEMENTS
        && (long) s[0] * s[2] <= MOST_ELEMENTS
        && (long) s[0] * s[1] * s[2] <= MOST_PRODUCTS;
  }

  /** Log-uniform; one in three beside a multiple of a power of two. */
  private static int size(SplittableRandom random) {
    int size = (int) Math.round(StrictMath.exp(random.nextDouble() * StrictMath.log(LONGEST)));
    if (random.nextInt(3) == 0) {
      int unit = 4 << random.nextInt(5);
      size = (size + unit - 1) / unit * unit + random.nextInt(3) - 1;
    }
    return Math.max(1, size);
  }

  private float value() {
    return switch (values) {
      case 0 -> (float) (random.nextDouble() * 2 - 1);
      case 1 -> (float) ((random.nextDouble() * 2 - 1) * Math.pow(10, random.nextInt(7) - 3));
      case 2 -> random.nextInt(4) == 0 ? -0f : random.nextInt(7) - 3;
      case 3 -> (float) ((random.nextDouble() * 2 - 1) * 90);
      // Any float: one in 256 is infinite or NaN, as many are subnormal.
      default -> Float.intBitsToFloat(random.nextInt());
    };
  }

  private float[] fill(int size) {
    float[] filled = new float[size];
    for (int i = 0; i < size; i++) {
      filled[i] = value();
    }
    return filled;
  }

  /** A matrix of values: by rows, in panels, or the first rows of a larger one. */
  private Tensor matrix(Backend backend, int rows, int cols) {
    Tensor tensor = empty(backend, rows, cols);
    tensor.write(fill(rows * cols), 0);
    return tensor;
  }

  private Tensor empty(Backend backend, int rows, int cols) {
    return switch (random.nextInt(3)) {
      case 0 -> backend.allocate(rows, cols);
      case 1 -> backend.allocate(rows + 3, cols).firstRows(rows);
      default ->
          backend.allocateLike(
              backend.dense(rows, cols, Activation.IDENTITY).parameters().get(0).value());
    };
  }

  private Tensor result(Tensor tensor) {
    results.add(tensor);
    return tensor;
  }

  /** All that the operation writes and gives. */
  long[] run(Backend backend) {
    random = new SplittableRandom(seed + 1);
    results.clear();
    double number = compute(backend);
    int size = 1;
    for (Tensor tensor : results) {
      size += tensor.rows() * tensor.cols();
    }
    long[] bits = new long[size];
    bits[0] = Double.doubleToLongBits(number);
    int at = 1;
    for (Tensor tensor : results) {
      float[] read = new float[tensor.rows() * tensor.cols()];
      tensor.read(read, 0);
      for (float value : read) {
        bits[at++] = Float.floatToIntBits(value);
      }
    }
    return bits;
  }

  private double compute(Backend backend) {
    switch (operation) {
      case MATMUL ->
          backend.matmul(
              matrix(backend, n, k), matrix(backend, k, m), result(empty(backend, n, m)));
      case MATMUL_TRANS_A ->
          backend.matmulTransA(
              matrix(backend, k, n), matrix(backend, k, m), result(empty(backend, n, m)));
      case MATMUL_TRANS_B ->
          backend.matmulTransB(
              matrix(backend, n, k), matrix(backend, m, k), result(empty(backend, n, m)));
      case ADD_ROW -> backend.addRow(matrix(backend, 1, m), result(matrix(backend, n, m)));
      case SUM_ROWS -> backend.sumRows(matrix(backend, n, m), result(empty(backend, 1, m)));
      case AXPBY -> {
        float beta = random.nextInt(3) == 0 ? random.nextInt(2) : value();
        backend.axpby(value(), matrix(backend, n, m), beta, result(matrix(backend, n, m)));
      }
      case MULTIPLY ->
          backend.multiply(
              matrix(backend, n, m), matrix(backend, n, m), result(empty(backend, n, m)));
      case SUM_OF_SQUARES -> {
        return backend.sumOfSquares(matrix(backend, n, m));
      }
      case ADAM -> {
        Tensor v = matrix(backend, n, m);
        backend.multiply(v, v, v); // a second moment is not negative
        backend.adam(
            matrix(backend, n, m),
            result(matrix(backend, n, m)),
            result(v),
            result(matrix(backend, n, m)),
            0.9f,
            0.999f,
            1e-3f,
            1e-7f,
            1e-4f);
      }
      case ACTIVATE -> backend.activate(f, matrix(backend, n, m), result(empty(backend, n, m)));
      case ACTIVATE_BACKWARD -> {
        Tensor y = empty(backend, n, m);
        backend.activate(f, matrix(backend, n, m), y);
        backend.activateBackward(f, y, matrix(backend, n, m), result(empty(backend, n, m)));
      }
      case DENSE -> layer(backend, backend.dense(k, m, f));
      case ACTIVATION_LAYER -> layer(backend, backend.activation(m, f));
      case CROSS_ENTROPY -> {
        return loss(backend, backend.softmaxCrossEntropy());
      }
      case SQUARED_ERROR -> {
        return loss(backend, backend.squaredError());
      }
      case HUBER -> {
        return loss(backend, backend.huber(0.5f));
      }
      case SIGMOID_CROSS_ENTROPY -> {
        return loss(backend, backend.sigmoidCrossEntropy());
      }
    }
    return 0;
  }

  private void layer(Backend backend, Layer layer) {
    List<Tensor> gradients = new ArrayList<>();
    for (Parameter parameter : layer.parameters()) {
      Tensor value = parameter.value();
      value.write(fill(value.rows() * value.cols()), 0);
      gradients.add(result(backend.allocateLike(value)));
    }
    Tensor x = matrix(backend, n, layer.inputs());
    Tensor y = result(backend.allocate(n, layer.outputs()));
    layer.forward(x, y);
    Tensor dx = random.nextBoolean() ? result(backend.allocate(n, layer.inputs())) : null;
    layer.backward(x, y, matrix(backend, n, layer.outputs()), dx, gradients);
  }

  private double loss(Backend backend, Loss loss) {
    Tensor output = matrix(backend, n, m);
    Tensor target = matrix(backend, n, m);
    double value = loss.valueAndGradient(output, target, result(empty(backend, n, m)));
    return value + loss.value(output, target);
  }

  @Override
  public String toString() {
    return "trial "
        + seed
        + ": "
        + operation
        + " "
        + f
        + ", n = "
        + n
        + ", k = "
        + k
        + ", m = "
        + m
        + ", values "
        + values;
  }
}
