package dev.polymath.backend.arrays;

import dev.polymath.Activation;

/**
 * An operation on the same elements of up to four matrices of one shape, in ranges that are
 * contiguous in each. An operation on fewer names one twice.
 */
abstract class ElementwiseJob extends RegionJob {

  final Kernels kernels;
  ArraysTensor t0;
  ArraysTensor t1;
  ArraysTensor t2;
  ArraysTensor t3;

  private ElementwiseJob(Kernels kernels, ArraysTensor none) {
    this.kernels = kernels;
    t0 = none;
    t1 = none;
    t2 = none;
    t3 = none;
  }

  void set(ArraysTensor t0, ArraysTensor t1, ArraysTensor t2, ArraysTensor t3) {
    this.t0 = t0;
    this.t1 = t1;
    this.t2 = t2;
    this.t3 = t3;
  }

  /** The {@code n} elements from these offsets on. */
  abstract void range(int at0, int at1, int at2, int at3, int n);

  @Override
  final ArraysTensor divided() {
    return t3;
  }

  @Override
  final void region(int r0, int r1, int c0, int c1, int block) {
    int rows = r1 - r0;
    if (wholeRows(c0, c1)) {
      range(r0, 0, rows * t3.stride);
      return;
    }
    boolean panels = !t0.isRowMajor() && !t1.isRowMajor() && !t2.isRowMajor() && !t3.isRowMajor();
    int n;
    for (int j = c0; j < c1; j += n) {
      n = Math.min(Math.min(t0.run(j), t1.run(j)), Math.min(t2.run(j), t3.run(j)));
      if (panels) {
        range(r0, j, rows * n);
      } else {
        n = Math.min(n, c1 - j);
        for (int i = r0; i < r1; i++) {
          range(i, j, n);
        }
      }
    }
  }

  /** Whether rows from the first column to the last follow each other alike in all matrices. */
  private boolean wholeRows(int c0, int c1) {
    return c0 == 0
        && c1 == t3.width()
        && t0.isRowMajor()
        && t1.isRowMajor()
        && t2.isRowMajor()
        && t3.isRowMajor()
        && t0.stride == t3.stride
        && t1.stride == t3.stride
        && t2.stride == t3.stride;
  }

  private void range(int i, int j, int n) {
    if (n > 0) {
      range(t0.at(i, j), t1.at(i, j), t2.at(i, j), t3.at(i, j), n);
    }
  }

  /** {@code y = f(x)}. */
  static final class Activate extends ElementwiseJob {

    private Activation f = Activation.IDENTITY;

    Activate(Kernels kernels, ArraysTensor none) {
      super(kernels, none);
    }

    void set(Activation f, ArraysTensor x, ArraysTensor y) {
      this.f = f;
      set(x, x, x, y);
    }

    @Override
    void range(int at0, int at1, int at2, int at3, int n) {
      kernels.activate(f, t0.data, at0, t3.data, at3, n);
    }
  }

  /** {@code dx = dy · f′}, from y. */
  static final class ActivateBackward extends ElementwiseJob {

    private Activation f = Activation.IDENTITY;

    ActivateBackward(Kernels kernels, ArraysTensor none) {
      super(kernels, none);
    }

    void set(Activation f, ArraysTensor y, ArraysTensor dy, ArraysTensor dx) {
      this.f = f;
      set(y, dy, dx, dx);
    }

    @Override
    void range(int at0, int at1, int at2, int at3, int n) {
      kernels.activateBackward(f, t0.data, at0, t1.data, at1, t3.data, at3, n);
    }
  }

  /** {@code y = αx + βy}. */
  static final class Axpby extends ElementwiseJob {

    private float alpha;
    private float beta;

    Axpby(Kernels kernels, ArraysTensor none) {
      super(kernels, none);
    }

    void set(float alpha, ArraysTensor x, float beta, ArraysTensor y) {
      this.alpha = alpha;
      this.beta = beta;
      set(x, x, x, y);
    }

    @Override
    void range(int at0, int at1, int at2, int at3, int n) {
      kernels.axpby(alpha, t0.data, at0, beta, t3.data, at3, n);
    }
  }

  /** {@code out = a · b}. */
  static final class Multiply extends ElementwiseJob {

    Multiply(Kernels kernels, ArraysTensor none) {
      super(kernels, none);
    }

    void set(ArraysTensor a, ArraysTensor b, ArraysTensor out) {
      set(a, b, out, out);
    }

    @Override
    void range(int at0, int at1, int at2, int at3, int n) {
      kernels.multiply(t0.data, at0, t1.data, at1, t3.data, at3, n);
    }
  }

  /** One step of AdamW on gradient, m, v and value. */
  static final class Adam extends ElementwiseJob {

    private float beta1;
    private float beta2;
    private float rate;
    private float epsilon;
    private float decay;

    Adam(Kernels kernels, ArraysTensor none) {
      super(kernels, none);
    }

    void setRates(float beta1, float beta2, float rate, float epsilon, float decay) {
      this.beta1 = beta1;
      this.beta2 = beta2;
      this.rate = rate;
      this.epsilon = epsilon;
      this.decay = decay;
    }

    @Override
    void range(int at0, int at1, int at2, int at3, int n) {
      kernels.adam(
          t0.data, at0, t1.data, at1, t2.data, at2, t3.data, at3, n, beta1, beta2, rate, epsilon,
          decay);
    }
  }
}
