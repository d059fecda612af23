package dev.polymath.backend.ejml;

import dev.polymath.Activation;
import dev.polymath.BackendInfo;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.spi.AbstractBackend;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import org.ejml.EjmlVersion;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/** A session on EJML, which computes on the thread that calls. */
final class EjmlBackend extends AbstractBackend<EjmlTensor> {

  /** For {@link #matmulTransBKernel}: used again from call to call, one for each call at a time. */
  private final Queue<FMatrixRMaj> scratch =
      new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

  private final BackendInfo info;

  EjmlBackend() {
    super(EjmlTensor.class);
    String version = ejmlVersion();
    this.info = new BackendInfo("ejml", version, 1, "EJML " + version + ", one thread", true);
  }

  /** By reflection: the compiler would copy the constant of the version that it sees. */
  private static String ejmlVersion() {
    try {
      return (String) EjmlVersion.class.getField("VERSION").get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("EJML does not tell its version: " + e, e);
    }
  }

  @Override
  public BackendInfo info() {
    return info;
  }

  @Override
  protected EjmlTensor newTensor(int rows, int cols) {
    return new EjmlTensor(this, rows, cols);
  }

  @Override
  protected void matmulKernel(EjmlTensor a, EjmlTensor b, EjmlTensor out) {
    CommonOps_FDRM.mult(a.matrix, b.matrix, out.matrix);
  }

  @Override
  protected void matmulTransAKernel(EjmlTensor a, EjmlTensor b, EjmlTensor out) {
    CommonOps_FDRM.multTransA(a.matrix, b.matrix, out.matrix);
  }

  /**
   * EJML's own form takes a dot product for each element: 2.6 GFLOP/s at 512×784×128, where {@code
   * mult} reaches 6.5. Transposing {@code b} first pays from two rows on.
   */
  @Override
  protected void matmulTransBKernel(EjmlTensor a, EjmlTensor b, EjmlTensor out) {
    if (a.rows() == 1) {
      CommonOps_FDRM.multTransB(a.matrix, b.matrix, out.matrix);
      return;
    }
    FMatrixRMaj free = scratch.poll();
    FMatrixRMaj transposed = free == null ? new FMatrixRMaj(b.cols(), b.rows()) : free;
    CommonOps_FDRM.transpose(b.matrix, transposed);
    CommonOps_FDRM.mult(a.matrix, transposed, out.matrix);
    scratch.offer(transposed);
  }

  @Override
  protected void addRowKernel(EjmlTensor row, EjmlTensor y) {
    float[] added = row.data();
    float[] values = y.data();
    for (int i = 0, at = 0; i < y.rows(); i++) {
      for (int j = 0; j < y.cols(); j++, at++) {
        values[at] += added[j];
      }
    }
  }

  @Override
  protected void sumRowsKernel(EjmlTensor x, EjmlTensor out) {
    CommonOps_FDRM.sumCols(x.matrix, out.matrix);
  }

  @Override
  protected void activateKernel(Activation f, EjmlTensor x, EjmlTensor y) {
    EjmlActivation.apply(f, x, y);
  }

  @Override
  protected void activateBackwardKernel(
      Activation f, EjmlTensor y, EjmlTensor dy, EjmlTensor dx) {
    EjmlActivation.applyBackward(f, y, dy, dx);
  }

  @Override
  protected void axpbyKernel(float alpha, EjmlTensor x, float beta, EjmlTensor y) {
    if (beta == 0) {
      CommonOps_FDRM.scale(alpha, x.matrix, y.matrix);
    } else {
      CommonOps_FDRM.add(alpha, x.matrix, beta, y.matrix, y.matrix);
    }
  }

  @Override
  protected void adamKernel(
      EjmlTensor gradient,
      EjmlTensor m,
      EjmlTensor v,
      EjmlTensor value,
      float beta1,
      float beta2,
      float rate,
      float epsilon,
      float decay) {
    float[] g = gradient.data();
    float[] mean = m.data();
    float[] square = v.data();
    float[] w = value.data();
    for (int i = 0; i < value.rows() * value.cols(); i++) {
      mean[i] = beta1 * mean[i] + (1 - beta1) * g[i];
      square[i] = beta2 * square[i] + (1 - beta2) * g[i] * g[i];
      float step = mean[i] / ((float) Math.sqrt(square[i]) + epsilon);
      w[i] = (1 - decay) * w[i] - rate * step;
    }
  }

  @Override
  protected Layer newDense(int inputs, int outputs, Activation f) {
    return new EjmlDense(this, inputs, outputs, f);
  }

  @Override
  protected Layer newActivation(int width, Activation f) {
    return new EjmlActivation(this, width, f);
  }

  @Override
  protected Loss newSoftmaxCrossEntropy() {
    return new EjmlSoftmaxCrossEntropy(this);
  }

  @Override
  protected Loss newSquaredError() {
    return new EjmlSquaredError(this);
  }

  /** The matrices are the garbage collector's. */
  @Override
  protected void closeEngine() {
    scratch.clear();
  }
}
