package dev.polymath.backend.nd4j;

import dev.polymath.Activation;
import dev.polymath.BackendInfo;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.spi.AbstractBackend;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ObjIntConsumer;
import org.nd4j.linalg.api.blas.Level1;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sigmoid;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A session on ND4J.
 *
 * <p>The number of threads is the session's own, though ND4J has one for the process: {@link
 * ProcessThreads}. It counts for ND4J's operations; what passes through the heap runs on the
 * calling thread.
 */
final class Nd4jBackend extends AbstractBackend<Nd4jTensor> {

  /** Four blocks stay in the L2 cache; 2048 to 8192 elements were equally fast. */
  private static final int BLOCK = 4096;

  private final boolean inHostMemory;
  private final int threads;
  private final BackendInfo info;

  /** What was allocated and not released. INDArrays are equal by their content: by identity. */
  private final Map<INDArray, Boolean> arrays =
      Collections.synchronizedMap(new IdentityHashMap<>());

  private final ConcurrentLinkedQueue<float[][]> pool = new ConcurrentLinkedQueue<>();

  /**
   * On an ND4J that has started.
   *
   * @param threads to ask ND4J for
   * @param inHostMemory whether its arrays are plain memory, and not copies of a device's
   */
  Nd4jBackend(int threads, boolean inHostMemory) {
    super(Nd4jTensor.class);
    this.inHostMemory = inHostMemory;
    this.threads = threads;
    int inForce = ProcessThreads.probe(threads);
    String blas = Nd4j.factory().blas().getBlasVendor().toString();
    String runsOn = Nd4j.getBackend().getClass().getSimpleName() + ", " + blas;
    this.info = new BackendInfo("nd4j", version(), inForce, runsOn, false);
  }

  /** Starts ND4J unless it runs already; the first time on a machine, it unpacks its libraries. */
  static Nd4jBackend start(int threads) {
    int usable = Math.min(threads, Runtime.getRuntime().availableProcessors());
    return new Nd4jBackend(usable, Nd4j.getEnvironment().isCPU());
  }

  @Override
  public BackendInfo info() {
    return info;
  }

  /** As ND4J's jar says it. */
  private static String version() {
    String file = "META-INF/maven/org.nd4j/nd4j-api/pom.properties";
    Properties properties = new Properties();
    try (var stream = Nd4j.class.getClassLoader().getResourceAsStream(file)) {
      properties.load(stream);
    } catch (IOException | NullPointerException e) {
      // A jar of jars may have left the file out.
    }
    return properties.getProperty("version", "unknown");
  }

  @Override
  @SuppressWarnings("try") // the scope is not used, only left
  protected Nd4jTensor newTensor(int rows, int cols) {
    // ND4J sees its memory as floats up to this size only.
    if (rows * cols > Integer.MAX_VALUE / Float.BYTES) {
      throw new IllegalArgumentException(
          "allocate: [" + rows + ", " + cols + "]: more than 2 GiB, which ND4J can't copy");
    }
    // An array of a workspace that the caller has open would be freed with that.
    try (var none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray array = Nd4j.create(DataType.FLOAT, rows, cols);
      arrays.put(array, true);
      return new Nd4jTensor(this, array, inHostMemory);
    }
  }

  /**
   * Copies tensors to the heap in blocks of equal position, computes, and copies back.
   *
   * @param unit how many elements must stay together: 1, or a row
   * @param in of one size, at most four; number i is read into block i
   * @param out number i is overwritten from block i
   * @param step computes with the first elements of each block, as many as its second argument says
   */
  void blockwise(
      int unit, List<Nd4jTensor> in, List<Nd4jTensor> out, ObjIntConsumer<float[][]> step) {
    int size = in.get(0).rows() * in.get(0).cols();
    int length = Math.max(1, BLOCK / unit) * unit;
    float[][] blocks = pool.poll();
    if (blocks == null || blocks[0].length < length) {
      blocks = new float[4][Math.max(BLOCK, length)];
    }
    for (int first = 0; first < size; first += length) {
      int n = Math.min(length, size - first);
      for (int i = 0; i < in.size(); i++) {
        in.get(i).get(first, blocks[i], 0, n);
      }
      step.accept(blocks, n);
      for (int i = 0; i < out.size(); i++) {
        out.get(i).put(first, blocks[i], 0, n);
      }
    }
    pool.offer(blocks);
  }

  void multiply(Gemm form, Nd4jTensor a, Nd4jTensor b, Nd4jTensor out) {
    ProcessThreads.run(threads, () -> form.multiply(a, b, out));
  }

  @Override
  protected void matmulKernel(Nd4jTensor a, Nd4jTensor b, Nd4jTensor out) {
    multiply(Gemm.PLAIN, a, b, out);
  }

  @Override
  protected void matmulTransAKernel(Nd4jTensor a, Nd4jTensor b, Nd4jTensor out) {
    multiply(Gemm.TRANS_A, a, b, out);
  }

  @Override
  protected void matmulTransBKernel(Nd4jTensor a, Nd4jTensor b, Nd4jTensor out) {
    multiply(Gemm.TRANS_B, a, b, out);
  }

  @Override
  protected void addRowKernel(Nd4jTensor row, Nd4jTensor y) {
    float[] b = new float[y.cols()];
    float[] sum = new float[y.cols()];
    row.readKernel(b, 0);
    for (int i = 0; i < y.rows(); i++) {
      y.get(i * b.length, sum, 0, b.length);
      Heap.axpby(1, b, 1, sum, b.length);
      y.put(i * b.length, sum, 0, b.length);
    }
  }

  @Override
  protected void sumRowsKernel(Nd4jTensor x, Nd4jTensor out) {
    float[] row = new float[x.cols()];
    float[] sums = new float[x.cols()];
    for (int i = 0; i < x.rows(); i++) {
      x.get(i * row.length, row, 0, row.length);
      Heap.axpby(1, row, 1, sums, row.length);
    }
    out.writeKernel(sums, 0);
  }

  @Override
  protected boolean computes(Activation f) {
    return true;
  }

  @Override
  protected void activateKernel(Activation f, Nd4jTensor x, Nd4jTensor y) {
    if (f == Activation.SIGMOID) {
      ProcessThreads.run(threads, () -> Nd4j.exec(new Sigmoid(x.array, y.array)));
    } else {
      blockwise(x.cols(), List.of(x), List.of(y), (v, n) -> Heap.forward(f, v[0], n, x.cols()));
    }
  }

  @Override
  protected void activateBackwardKernel(Activation f, Nd4jTensor y, Nd4jTensor dy, Nd4jTensor dx) {
    ObjIntConsumer<float[][]> step = (v, n) -> Heap.backward(f, v[1], v[0], n, y.cols());
    blockwise(y.cols(), List.of(dy, y), List.of(dx), step);
  }

  /** BLAS skips α = 0 and makes 0 of 0 · NaN, so that these go through the heap. */
  @Override
  protected void axpbyKernel(float alpha, Nd4jTensor x, float beta, Nd4jTensor y) {
    if (alpha != 0 && beta == 1) {
      Level1 blas = Nd4j.getBlasWrapper().level1();
      ProcessThreads.run(threads, () -> blas.axpy(x.array.length(), alpha, x.array, y.array));
    } else {
      blockwise(1, List.of(y, x), List.of(y), (v, n) -> Heap.axpby(alpha, v[1], beta, v[0], n));
    }
  }

  @Override
  protected void multiplyKernel(Nd4jTensor a, Nd4jTensor b, Nd4jTensor out) {
    blockwise(1, List.of(a, b), List.of(out), (v, n) -> Heap.multiply(v[0], v[1], n));
  }

  @Override
  protected double sumOfSquaresKernel(Nd4jTensor x) {
    double[] sum = {0};
    blockwise(1, List.of(x), List.of(), (v, n) -> sum[0] += Heap.sumOfSquares(v[0], n));
    return sum[0];
  }

  @Override
  protected void adamKernel(
      Nd4jTensor gradient,
      Nd4jTensor m,
      Nd4jTensor v,
      Nd4jTensor value,
      float beta1,
      float beta2,
      float rate,
      float epsilon,
      float decay) {
    ObjIntConsumer<float[][]> step =
        (b, n) -> {
          for (int i = 0; i < n; i++) {
            float newM = beta1 * b[0][i] + (1 - beta1) * b[3][i];
            float newV = beta2 * b[1][i] + (1 - beta2) * b[3][i] * b[3][i];
            float update = rate * newM / ((float) Math.sqrt(newV) + epsilon);
            b[2][i] = (1 - decay) * b[2][i] - update;
            b[0][i] = newM;
            b[1][i] = newV;
          }
        };
    blockwise(1, List.of(m, v, value, gradient), List.of(m, v, value), step);
  }

  @Override
  protected Layer newDense(int inputs, int outputs, Activation f) {
    return new Nd4jDense(this, inputs, outputs, f);
  }

  @Override
  protected Loss newSoftmaxCrossEntropy() {
    return new Nd4jSoftmaxCrossEntropy(this);
  }

  @Override
  protected void releaseKernel(Nd4jTensor tensor) {
    if (arrays.remove(tensor.array) != null) {
      tensor.array.close();
    }
  }

  /** How many arrays hold native memory. */
  int arrays() {
    return arrays.size();
  }

  @Override
  protected void closeKernel() {
    arrays.keySet().forEach(INDArray::close);
  }
}
