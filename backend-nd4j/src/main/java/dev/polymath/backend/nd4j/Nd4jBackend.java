package dev.polymath.backend.nd4j;

import dev.polymath.Activation;
import dev.polymath.BackendInfo;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.spi.AbstractBackend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.nd4j.linalg.api.blas.Blas;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sigmoid;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A session on ND4J.
 *
 * <p>The number of threads is one for the process: the session that was opened last sets it, and
 * {@link #info} says what is in force now. It counts for ND4J's operations; what passes through the
 * heap runs on the calling thread.
 */
final class Nd4jBackend extends AbstractBackend<Nd4jTensor> {

  /** ND4J's view of its memory as floats ends at 2 GiB. */
  private static final int MOST_ELEMENTS = Integer.MAX_VALUE / Float.BYTES;

  private final boolean inHostMemory;

  /** All that {@link #closeEngine} frees; guarded by itself. */
  private final List<INDArray> arrays = new ArrayList<>();

  private final ConcurrentLinkedQueue<Scratch> scratches = new ConcurrentLinkedQueue<>();

  /**
   * @param inHostMemory whether ND4J's arrays are plain memory, and not copies of a device's
   */
  private Nd4jBackend(boolean inHostMemory) {
    super(Nd4jTensor.class);
    this.inHostMemory = inHostMemory;
  }

  /** Starts ND4J unless it runs already: unpacks its native libraries on first use ever. */
  static Nd4jBackend start(int threads) {
    int usable = Math.min(threads, Runtime.getRuntime().availableProcessors());
    Nd4j.factory().blas().setMaxThreads(usable);
    Nd4j.getEnvironment().setMaxMasterThreads(usable);
    return new Nd4jBackend(Nd4j.getEnvironment().isCPU());
  }

  /** A session that copies as if ND4J's arrays lived on a device. */
  static Nd4jBackend startAsOnDevice() {
    return new Nd4jBackend(false);
  }

  @Override
  public BackendInfo info() {
    Blas blas = Nd4j.factory().blas();
    String device = Nd4j.getEnvironment().isCPU() ? "CPU" : "GPU";
    return new BackendInfo(
        Nd4jProvider.NAME,
        Nd4jProvider.nd4jVersion(),
        Math.max(1, blas.getMaxThreads()),
        "ND4J on " + device + ", " + blas.getBlasVendor(),
        false);
  }

  @Override
  @SuppressWarnings("try") // the scope is not used, only left
  protected Nd4jTensor newTensor(int rows, int cols) {
    if (rows * cols > MOST_ELEMENTS) {
      throw new IllegalArgumentException(
          "allocate: [" + rows + ", " + cols + "]: more than ND4J's " + MOST_ELEMENTS);
    }
    INDArray array;
    // An array of a workspace that the caller has open would be freed with that.
    try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      array = Nd4j.create(DataType.FLOAT, rows, cols);
    }
    synchronized (arrays) {
      arrays.add(array);
    }
    return new Nd4jTensor(this, array, inHostMemory);
  }

  Scratch borrow(int cols) {
    Scratch scratch = scratches.poll();
    return scratch != null && scratch.fits(cols) ? scratch : new Scratch(cols);
  }

  /** Where a kernel fails, its scratch is left to the garbage collector. */
  void giveBack(Scratch scratch) {
    scratches.offer(scratch);
  }

  @Override
  protected void matmulKernel(Nd4jTensor a, Nd4jTensor b, Nd4jTensor out) {
    Gemm.PLAIN.multiply(a, b, out);
  }

  @Override
  protected void matmulTransAKernel(Nd4jTensor a, Nd4jTensor b, Nd4jTensor out) {
    Gemm.TRANS_A.multiply(a, b, out);
  }

  @Override
  protected void matmulTransBKernel(Nd4jTensor a, Nd4jTensor b, Nd4jTensor out) {
    Gemm.TRANS_B.multiply(a, b, out);
  }

  @Override
  protected void addRowKernel(Nd4jTensor row, Nd4jTensor y) {
    int cols = y.cols();
    int size = y.rows() * cols;
    int block = Scratch.rows(cols) * cols;
    Scratch scratch = borrow(cols);
    row.get(0, scratch.a, cols);
    for (int first = 0; first < size; first += block) {
      int count = Math.min(block, size - first);
      y.get(first, scratch.b, count);
      for (int i = 0; i < count; i += cols) {
        for (int j = 0; j < cols; j++) {
          scratch.b[i + j] += scratch.a[j];
        }
      }
      y.put(first, scratch.b, count);
    }
    giveBack(scratch);
  }

  @Override
  protected void sumRowsKernel(Nd4jTensor x, Nd4jTensor out) {
    int cols = x.cols();
    int size = x.rows() * cols;
    int block = Scratch.rows(cols) * cols;
    Scratch scratch = borrow(cols);
    Arrays.fill(scratch.c, 0, cols, 0);
    for (int first = 0; first < size; first += block) {
      int count = Math.min(block, size - first);
      x.get(first, scratch.b, count);
      ElementWise.addRows(scratch.b, count, cols, scratch.c);
    }
    out.put(0, scratch.c, cols);
    giveBack(scratch);
  }

  @Override
  protected void activateKernel(Activation f, Nd4jTensor x, Nd4jTensor y) {
    if (f == Activation.SIGMOID) {
      Nd4j.exec(new Sigmoid(x.array, y.array));
      return;
    }
    if (f == Activation.IDENTITY && x == y) {
      return;
    }
    int cols = x.cols();
    int size = x.rows() * cols;
    int block = Scratch.rows(cols) * cols;
    Scratch scratch = borrow(cols);
    for (int first = 0; first < size; first += block) {
      int count = Math.min(block, size - first);
      x.get(first, scratch.a, count);
      if (f == Activation.SOFTMAX) {
        ElementWise.softmax(scratch.a, count, cols, scratch.row);
      } else {
        ElementWise.forward(f, scratch.a, count);
      }
      y.put(first, scratch.a, count);
    }
    giveBack(scratch);
  }

  @Override
  protected void activateBackwardKernel(Activation f, Nd4jTensor y, Nd4jTensor dy, Nd4jTensor dx) {
    int cols = y.cols();
    int size = y.rows() * cols;
    int block = Scratch.rows(cols) * cols;
    Scratch scratch = borrow(cols);
    for (int first = 0; first < size; first += block) {
      int count = Math.min(block, size - first);
      y.get(first, scratch.a, count);
      dy.get(first, scratch.b, count);
      if (f == Activation.SOFTMAX) {
        ElementWise.softmaxBackward(scratch.a, scratch.b, count, cols);
      } else {
        ElementWise.backward(f, scratch.a, scratch.b, count);
      }
      dx.put(first, scratch.b, count);
    }
    giveBack(scratch);
  }

  /** BLAS skips α = 0 and turns NaN · 0 into 0; both go through the heap, as does β = 0. */
  @Override
  protected void axpbyKernel(float alpha, Nd4jTensor x, float beta, Nd4jTensor y) {
    int size = x.rows() * x.cols();
    if (alpha != 0 && beta == 1) {
      Nd4j.getBlasWrapper().level1().axpy(size, alpha, x.array, y.array);
      return;
    }
    Scratch scratch = borrow(1);
    for (int first = 0; first < size; first += Scratch.BLOCK) {
      int count = Math.min(Scratch.BLOCK, size - first);
      x.get(first, scratch.a, count);
      if (beta == 0) {
        for (int i = 0; i < count; i++) {
          scratch.a[i] *= alpha;
        }
      } else {
        y.get(first, scratch.b, count);
        for (int i = 0; i < count; i++) {
          scratch.a[i] = alpha * scratch.a[i] + beta * scratch.b[i];
        }
      }
      y.put(first, scratch.a, count);
    }
    giveBack(scratch);
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
    int size = value.rows() * value.cols();
    Scratch s = borrow(1);
    for (int first = 0; first < size; first += Scratch.BLOCK) {
      int count = Math.min(Scratch.BLOCK, size - first);
      gradient.get(first, s.a, count);
      m.get(first, s.b, count);
      v.get(first, s.c, count);
      value.get(first, s.d, count);
      ElementWise.adam(s.a, s.b, s.c, s.d, count, beta1, beta2, rate, epsilon, decay);
      m.put(first, s.b, count);
      v.put(first, s.c, count);
      value.put(first, s.d, count);
    }
    giveBack(s);
  }

  @Override
  protected Layer newDense(int inputs, int outputs, Activation f) {
    return new Nd4jDense(this, inputs, outputs, f);
  }

  @Override
  protected Layer newActivation(int width, Activation f) {
    return new Nd4jActivation(this, width, f);
  }

  @Override
  protected Loss newSoftmaxCrossEntropy() {
    return new Nd4jLoss.SoftmaxCrossEntropy(this);
  }

  @Override
  protected Loss newSquaredError() {
    return new Nd4jLoss.SquaredError(this);
  }

  @Override
  protected void closeEngine() {
    arrays.forEach(INDArray::close);
    arrays.clear();
    scratches.clear();
  }
}
