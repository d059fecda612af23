package dev.polymath.backend.arrays;

import dev.polymath.Activation;
import dev.polymath.BackendInfo;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.RowSource;
import dev.polymath.spi.AbstractBackend;
import java.lang.ref.Cleaner;
import org.jspecify.annotations.Nullable;

/** A session on Java arrays: one set of kernels, one pool. */
final class ArraysBackend extends AbstractBackend<ArraysTensor> {

  /**
   * The multiply-adds, or as much other work, that a block is worth a thread for: about 0.4 µs, a
   * few times what it takes to announce a run.
   */
  private static final long BLOCK_WORK = 20_000;

  /** To read and write an element, in multiply-adds. */
  private static final long COPY_WORK = 8;

  /** An exp and a division. */
  private static final long ACTIVATION_WORK = 16;

  /** A softmax and a logarithm, by element of a row of a few. */
  private static final long SOFTMAX_WORK = 200;

  /** Up to so many threads, each fills a copy of its own. */
  private static final int COPIES = 2;

  private final String name;
  private final Kernels kernels;
  private final Pool pool;
  private final Workspaces workspaces;

  ArraysBackend(String name, Kernels kernels, int threads) {
    super(ArraysTensor.class);
    this.name = name;
    this.kernels = kernels;
    this.pool = new Pool(Math.min(threads, Pool.MAX_THREADS), new Gain(Gain.LEAST));
    ArraysTensor none = ArraysTensor.rowMajor(this, 1, 1, kernels.lanes());
    this.workspaces = new Workspaces(kernels, pool.threads(), none);
    if (pool.threads() > 1) {
      // The threads reach the pool, and a pool at rest does not reach its session.
      Dropped.CLEANER.register(this, pool::end);
    }
  }

  /** Ends the threads of sessions that are dropped without being closed. */
  private static final class Dropped {
    static final Cleaner CLEANER = Cleaner.create();
  }

  @Override
  public BackendInfo info() {
    return new BackendInfo(
        name, Version.ofThisModule(), pool.threads(), kernels.runsOn(), kernels.allocationFree());
  }

  // Jobs keep the operands of their last run. They are let go of where memory is asked for or given
  // back: there the time does not count, and what is kept stays bounded.

  @Override
  protected ArraysTensor newTensor(int rows, int cols) {
    workspaces.forget();
    return ArraysTensor.rowMajor(this, rows, cols, kernels.lanes());
  }

  @Override
  protected ArraysTensor newParameter(int rows, int cols) {
    int panel = kernels.panelColumns();
    workspaces.forget();
    return panel > 0
        ? ArraysTensor.panels(this, rows, cols, kernels.lanes(), panel)
        : newTensor(rows, cols);
  }

  @Override
  protected ArraysTensor newTensorLike(ArraysTensor tensor) {
    return tensor.isRowMajor()
        ? newTensor(tensor.rows(), tensor.cols())
        : newParameter(tensor.rows(), tensor.cols());
  }

  @Override
  protected void releaseKernel(ArraysTensor tensor) {
    workspaces.forget();
  }

  /** Fills a row-major tensor. */
  void fill(ArraysTensor tensor, RowSource source) {
    int blocks = blocks(elements(tensor) * COPY_WORK);
    boolean copies = blocks > 1 && pool.threads() <= COPIES;
    if (copies) {
      tensor.prepareCopies(pool.threads());
    }
    tensor.changes();
    Workspace workspace = workspaces.take();
    workspace.fill.set(tensor, source, copies);
    pool.run(workspace.fill, blocks);
    workspace.fill.letGo();
    if (workspace.fill.filledCopies()) {
      tensor.filledCopies();
    }
    workspaces.give(workspace);
  }

  @Override
  protected void matmulKernel(ArraysTensor a, ArraysTensor b, ArraysTensor out) {
    product(Form.NN, a, b, null, Activation.IDENTITY, out);
  }

  @Override
  protected void matmulTransAKernel(ArraysTensor a, ArraysTensor b, ArraysTensor out) {
    product(Form.TN, a, b, null, Activation.IDENTITY, out);
  }

  @Override
  protected void matmulTransBKernel(ArraysTensor a, ArraysTensor b, ArraysTensor out) {
    product(Form.NT, a, b, null, Activation.IDENTITY, out);
  }

  /** {@code out = f(product + bias)}; f is not softmax. */
  void product(
      Form form,
      ArraysTensor a,
      ArraysTensor b,
      @Nullable ArraysTensor bias,
      Activation f,
      ArraysTensor out) {
    long k = form == Form.TN ? a.rows() : a.cols();
    out.changes();
    Workspace workspace = workspaces.take();
    workspace.product.set(form, a, b, bias, f, out);
    pool.run(workspace.product, blocks(elements(out) * k));
    workspaces.give(workspace);
  }

  /** See {@link dev.polymath.spi.AbstractDense}. */
  void denseBackward(
      Activation f,
      ArraysTensor x,
      ArraysTensor y,
      ArraysTensor dy,
      ArraysTensor weight,
      @Nullable ArraysTensor dx,
      ArraysTensor dw,
      ArraysTensor db) {
    dy.changes();
    dw.changes();
    db.changes();
    int blocks = blocks(elements(dw) * x.rows());
    boolean byColumns = Job.byColumns(dw.width(), blocks);
    if (!byColumns && f != Activation.IDENTITY) {
      activateBackwardKernel(f, y, dy, dy);
    }
    Workspace workspace = workspaces.take();
    if (byColumns) {
      workspace.denseBackward.setColumns(f, x, y, dy, dw, db);
    } else {
      if (dx != null) {
        dx.changes();
      }
      workspace.denseBackward.setRows(x, dy, weight, dx, dw, db);
    }
    pool.run(workspace.denseBackward, blocks);
    workspaces.give(workspace);
    if (byColumns && dx != null) {
      product(Form.NT, dy, weight, null, Activation.IDENTITY, dx);
    }
  }

  @Override
  protected void addRowKernel(ArraysTensor row, ArraysTensor y) {
    y.changes();
    int n;
    for (int j = 0; j < y.width(); j += n) {
      n = Math.min(y.width() - j, Math.min(row.run(j), y.run(j)));
      for (int i = 0; i < y.rows(); i++) {
        kernels.addRow(row.data, row.at(0, j), y.data, y.at(i, j), n);
      }
    }
  }

  @Override
  protected void sumRowsKernel(ArraysTensor x, ArraysTensor out) {
    out.changes();
    int n;
    for (int j = 0; j < x.width(); j += n) {
      n = Math.min(x.width() - j, Math.min(x.run(j), out.run(j)));
      kernels.sumRows(x.data, x.at(0, j), x.stride, x.rows(), out.data, out.at(0, j), n);
    }
  }

  @Override
  protected boolean computes(Activation f) {
    return true;
  }

  @Override
  protected void activateKernel(Activation f, ArraysTensor x, ArraysTensor y) {
    y.changes();
    Workspace workspace = workspaces.take();
    if (f == Activation.SOFTMAX) {
      ArraysTensor rows = inRows(x);
      ArraysTensor result = roomInRows(y);
      workspace.softmax.set(rows, result, result);
      pool.run(workspace.softmax, blocks(elements(y) * SOFTMAX_WORK));
      store(result, y);
    } else {
      workspace.activate.set(f, x, y);
      pool.run(workspace.activate, blocks(elements(y) * ACTIVATION_WORK));
    }
    workspaces.give(workspace);
  }

  @Override
  protected void activateBackwardKernel(
      Activation f, ArraysTensor y, ArraysTensor dy, ArraysTensor dx) {
    dx.changes();
    Workspace workspace = workspaces.take();
    if (f == Activation.SOFTMAX) {
      ArraysTensor result = roomInRows(dx);
      workspace.softmaxBackward.set(inRows(y), inRows(dy), result);
      pool.run(workspace.softmaxBackward, blocks(elements(y) * ACTIVATION_WORK));
      store(result, dx);
    } else {
      workspace.activateBackward.set(f, y, dy, dx);
      pool.run(workspace.activateBackward, blocks(elements(y) * COPY_WORK));
    }
    workspaces.give(workspace);
  }

  @Override
  protected void axpbyKernel(float alpha, ArraysTensor x, float beta, ArraysTensor y) {
    y.changes();
    Workspace workspace = workspaces.take();
    workspace.axpby.set(alpha, x, beta, y);
    pool.run(workspace.axpby, blocks(elements(y) * COPY_WORK));
    workspaces.give(workspace);
  }

  @Override
  protected void multiplyKernel(ArraysTensor a, ArraysTensor b, ArraysTensor out) {
    out.changes();
    Workspace workspace = workspaces.take();
    workspace.multiply.set(a, b, out);
    pool.run(workspace.multiply, blocks(elements(out) * COPY_WORK));
    workspaces.give(workspace);
  }

  @Override
  protected double sumOfSquaresKernel(ArraysTensor x) {
    Workspace workspace = workspaces.take();
    workspace.sumOfSquares.set(x);
    pool.run(workspace.sumOfSquares, blocks(elements(x) * COPY_WORK));
    double sum = workspace.sumOfSquares.sum();
    workspaces.give(workspace);
    return sum;
  }

  @Override
  protected void adamKernel(
      ArraysTensor gradient,
      ArraysTensor m,
      ArraysTensor v,
      ArraysTensor value,
      float beta1,
      float beta2,
      float rate,
      float epsilon,
      float decay) {
    m.changes();
    v.changes();
    value.changes();
    Workspace workspace = workspaces.take();
    workspace.adam.set(gradient, m, v, value);
    workspace.adam.setRates(beta1, beta2, rate, epsilon, decay);
    pool.run(workspace.adam, blocks(elements(value) * ACTIVATION_WORK));
    workspaces.give(workspace);
  }

  /** The mean loss, and unless null its gradient in {@code dOutput}. */
  private double softmaxCrossEntropy(
      ArraysTensor output, ArraysTensor target, @Nullable ArraysTensor dOutput) {
    Workspace workspace = workspaces.take();
    ArraysTensor gradient = dOutput == null ? workspace.discarded(this, output) : dOutput;
    double loss = loss(workspace.softmaxCrossEntropy, output, target, gradient, SOFTMAX_WORK);
    workspaces.give(workspace);
    return loss;
  }

  /** The mean loss, and unless null its gradient in {@code dOutput}. */
  private double squaredError(
      ArraysTensor output, ArraysTensor target, @Nullable ArraysTensor dOutput) {
    Workspace workspace = workspaces.take();
    ArraysTensor gradient = dOutput == null ? workspace.discarded(this, output) : dOutput;
    double loss = loss(workspace.squaredError, output, target, gradient, ACTIVATION_WORK);
    workspaces.give(workspace);
    return loss;
  }

  private double huber(
      float delta, ArraysTensor output, ArraysTensor target, @Nullable ArraysTensor dOutput) {
    Workspace workspace = workspaces.take();
    ArraysTensor gradient = dOutput == null ? workspace.discarded(this, output) : dOutput;
    workspace.huber.setDelta(delta);
    double loss = loss(workspace.huber, output, target, gradient, ACTIVATION_WORK);
    workspaces.give(workspace);
    return loss;
  }

  private double sigmoidCrossEntropy(
      ArraysTensor output, ArraysTensor target, @Nullable ArraysTensor dOutput) {
    Workspace workspace = workspaces.take();
    ArraysTensor gradient = dOutput == null ? workspace.discarded(this, output) : dOutput;
    double loss = loss(workspace.sigmoidCrossEntropy, output, target, gradient, ACTIVATION_WORK);
    workspaces.give(workspace);
    return loss;
  }

  private double loss(
      RowsJob.RowLosses job,
      ArraysTensor output,
      ArraysTensor target,
      ArraysTensor dOutput,
      long work) {
    dOutput.changes();
    ArraysTensor gradient = roomInRows(dOutput);
    job.set(inRows(output), inRows(target), gradient);
    job.prepare();
    pool.run(job, blocks(elements(output) * work));
    store(gradient, dOutput);
    return job.mean();
  }

  @Override
  protected Layer newDense(int inputs, int outputs, Activation f) {
    return new ArraysDense(this, inputs, outputs, f);
  }

  @Override
  protected Layer newActivation(int width, Activation f) {
    return new ArraysActivation(this, width, f);
  }

  @Override
  protected Loss newSoftmaxCrossEntropy() {
    return new ArraysLoss(this, Loss.Input.LOGITS, this::softmaxCrossEntropy);
  }

  @Override
  protected Loss newSquaredError() {
    return new ArraysLoss(this, Loss.Input.OUTPUT, this::squaredError);
  }

  @Override
  protected Loss newHuber(float delta) {
    return new ArraysLoss(
        this,
        Loss.Input.OUTPUT,
        (output, target, dOutput) -> huber(delta, output, target, dOutput));
  }

  @Override
  protected Loss newSigmoidCrossEntropy() {
    return new ArraysLoss(this, Loss.Input.LOGITS, this::sigmoidCrossEntropy);
  }

  @Override
  protected void closeKernel() {
    pool.close();
    workspaces.forget();
  }

  private int blocks(long work) {
    return (int) Math.max(1, Math.min(pool.threads(), work / BLOCK_WORK));
  }

  /** Padding included: it is computed too. */
  private static long elements(ArraysTensor tensor) {
    return (long) tensor.rows() * tensor.width();
  }

  // Operations on whole rows meet a matrix in panels only where a caller passes a parameter to
  // them: a copy will do.

  private ArraysTensor inRows(ArraysTensor tensor) {
    if (tensor.isRowMajor()) {
      return tensor;
    }
    ArraysTensor copy = newTensor(tensor.rows(), tensor.cols());
    copy.copy(tensor);
    return copy;
  }

  private ArraysTensor roomInRows(ArraysTensor tensor) {
    return tensor.isRowMajor() ? tensor : newTensor(tensor.rows(), tensor.cols());
  }

  private static void store(ArraysTensor result, ArraysTensor tensor) {
    if (result != tensor) {
      tensor.copy(result);
    }
  }
}
