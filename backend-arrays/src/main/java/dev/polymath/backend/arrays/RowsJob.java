package dev.polymath.backend.arrays;

/** An operation on whole rows of row-major matrices: softmax and the losses. */
abstract class RowsJob extends Job {

  final Kernels kernels;
  ArraysTensor t0;
  ArraysTensor t1;
  ArraysTensor t2;

  private RowsJob(Kernels kernels, ArraysTensor none) {
    this.kernels = kernels;
    t0 = none;
    t1 = none;
    t2 = none;
  }

  void set(ArraysTensor t0, ArraysTensor t1, ArraysTensor t2) {
    this.t0 = t0;
    this.t1 = t1;
    this.t2 = t2;
  }

  /** The row of {@code n} elements, padding not counted. */
  abstract void row(int i, int at0, int at1, int at2, int n);

  @Override
  final void run(int block, int blocks) {
    int rows = t0.rows();
    int n = t0.cols();
    int end = start(rows, 1, block + 1, blocks);
    for (int i = start(rows, 1, block, blocks); i < end; i++) {
      row(i, t0.at(i, 0), t1.at(i, 0), t2.at(i, 0), n);
    }
  }

  /** Reads x, overwrites y. */
  static final class Softmax extends RowsJob {

    Softmax(Kernels kernels, ArraysTensor none) {
      super(kernels, none);
    }

    @Override
    void row(int i, int at0, int at1, int at2, int n) {
      kernels.softmax(t0.data, at0, t1.data, at1, n);
    }
  }

  /** Reads y and dy, overwrites dx. */
  static final class SoftmaxBackward extends RowsJob {

    SoftmaxBackward(Kernels kernels, ArraysTensor none) {
      super(kernels, none);
    }

    @Override
    void row(int i, int at0, int at1, int at2, int n) {
      kernels.softmaxBackward(t0.data, at0, t1.data, at1, t2.data, at2, n);
    }
  }

  /** A loss of output, target and dOutput: the rows' values, and their mean. */
  abstract static class RowLosses extends RowsJob {

    private double[] values = new double[0];

    private RowLosses(Kernels kernels, ArraysTensor none) {
      super(kernels, none);
    }

    /** Makes room for the rows' values. */
    final void prepare() {
      if (values.length < t0.rows()) {
        values = new double[t0.rows()];
      }
    }

    /** The mean, summed in the order of the rows. */
    final double mean() {
      double sum = 0;
      for (int i = 0; i < t0.rows(); i++) {
        sum += values[i];
      }
      return sum / t0.rows();
    }

    /** The loss of a row; its gradient, divided by the number of rows, goes to t2. */
    abstract double loss(int at0, int at1, int at2, int n);

    @Override
    final void row(int i, int at0, int at1, int at2, int n) {
      values[i] = loss(at0, at1, at2, n);
    }
  }

  /** On logits. */
  static final class SoftmaxCrossEntropy extends RowLosses {

    SoftmaxCrossEntropy(Kernels kernels, ArraysTensor none) {
      super(kernels, none);
    }

    @Override
    double loss(int at0, int at1, int at2, int n) {
      return kernels.crossEntropy(t0.data, at0, t1.data, at1, t2.data, at2, n, 1f / t0.rows());
    }
  }

  /** {@code Σ (y − t)²}; the gradient is {@code 2(y − t) / rows}. */
  static final class SquaredError extends RowLosses {

    SquaredError(Kernels kernels, ArraysTensor none) {
      super(kernels, none);
    }

    @Override
    double loss(int at0, int at1, int at2, int n) {
      float scale = 2f / t0.rows();
      double sum = 0;
      for (int j = 0; j < n; j++) {
        float d = t0.data[at0 + j] - t1.data[at1 + j];
        t2.data[at2 + j] = scale * d;
        sum += (double) d * d;
      }
      return sum;
    }
  }

  /** Of sigmoids, on logits. */
  static final class SigmoidCrossEntropy extends RowLosses {

    SigmoidCrossEntropy(Kernels kernels, ArraysTensor none) {
      super(kernels, none);
    }

    @Override
    double loss(int at0, int at1, int at2, int n) {
      return kernels.sigmoidCrossEntropy(
          t0.data, at0, t1.data, at1, t2.data, at2, n, 1f / t0.rows());
    }
  }

  /** Of {@code r = y − t}: {@code r² / 2} up to δ, a line beyond; the gradient is at most δ. */
  static final class Huber extends RowLosses {

    private float delta;

    Huber(Kernels kernels, ArraysTensor none) {
      super(kernels, none);
    }

    void setDelta(float delta) {
      this.delta = delta;
    }

    @Override
    double loss(int at0, int at1, int at2, int n) {
      float scale = 1f / t0.rows();
      double sum = 0;
      for (int j = 0; j < n; j++) {
        float r = t0.data[at0 + j] - t1.data[at1 + j];
        float slope = Math.max(-delta, Math.min(delta, r));
        t2.data[at2 + j] = scale * slope;
        sum += slope * (r - 0.5 * slope); // both forms: the slope is r, or ±δ
      }
      return sum;
    }
  }
}
