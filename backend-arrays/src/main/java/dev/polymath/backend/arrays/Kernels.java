package dev.polymath.backend.arrays;

import dev.polymath.Activation;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic on blocks of matrices. Arguments are valid, and no output shares storage with
 * another operand unless said here.
 *
 * <p>A range of {@code n} elements starts at the offset that follows its array; where it is a row
 * or a part of one, n includes the padding.
 */
interface Kernels {

  /** What computes, for a person to read. */
  String runsOn();

  /** Whether warm kernels allocate nothing. */
  boolean allocationFree();

  /** Rows are padded to a multiple of it. */
  int lanes();

  /**
   * The columns of the panels that parameters are kept in, a power of 2 of at most {@link
   * Job#COLUMNS}; 0 to keep them row-major.
   */
  int panelColumns();

  /** The arrays that {@link #product} packs into: one set a thread. */
  float[][] newScratch();

  /**
   * The block of rows {@code [r0, r1)} and columns {@code [c0, c1)} of {@code out = f(product +
   * bias)}.
   *
   * @param bias {@code [1, n]}; null for none
   * @param f not softmax
   * @param r0 a multiple of 4
   * @param c0 a multiple of {@link Job#COLUMNS}
   * @param c1 the same, or the width of {@code out}
   * @param scratch from {@link #newScratch}, nobody else's meanwhile
   */
  void product(
      Form form,
      ArraysTensor a,
      ArraysTensor b,
      @Nullable ArraysTensor bias,
      Activation f,
      ArraysTensor out,
      int r0,
      int r1,
      int c0,
      int c1,
      float[][] scratch);

  /** {@code y += row}. */
  void addRow(float[] row, int rowAt, float[] y, int yAt, int n);

  /** {@code out[j] = Σ x[i · stride + j]} over the rows, added in order. */
  void sumRows(float[] x, int xAt, int stride, int rows, float[] out, int outAt, int n);

  /** {@code y = αx + βy}; with β = 0 the old y is not read. */
  void axpby(float alpha, float[] x, int xAt, float beta, float[] y, int yAt, int n);

  /** {@code out = a · b}, element by element; out may be a or b. */
  void multiply(float[] a, int aAt, float[] b, int bAt, float[] out, int outAt, int n);

  /** See {@link dev.polymath.Backend#adam}. */
  void adam(
      float[] gradient,
      int gradientAt,
      float[] m,
      int mAt,
      float[] v,
      int vAt,
      float[] value,
      int valueAt,
      int n,
      float beta1,
      float beta2,
      float rate,
      float epsilon,
      float decay);

  /** {@code y = f(x)}; y may be x; f is not softmax. */
  void activate(Activation f, float[] x, int xAt, float[] y, int yAt, int n);

  /** {@code dx = dy · f′}; dx may be dy; f is not softmax. */
  void activateBackward(
      Activation f, float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt, int n);

  /** The softmax of a row of {@code n} elements, padding not counted; y may be x. */
  void softmax(float[] x, int xAt, float[] y, int yAt, int n);

  /** {@code dx = y · (dy − Σ dy · y)} on a row of {@code n}, padding not counted; dx may be dy. */
  void softmaxBackward(float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt, int n);

  /**
   * The cross-entropy of the sigmoids of {@code n} logits, padding not counted, and its gradient:
   * {@code dz = scale · (σ(z) − t)}.
   *
   * @return {@code Σ max(z, 0) − z · t + log(1 + exp(−|z|))}, summed in double in order
   */
  double sigmoidCrossEntropy(
      float[] z, int zAt, float[] t, int tAt, float[] dz, int dzAt, int n, float scale);

  /**
   * The softmax cross-entropy of a row of {@code n} logits, padding not counted, and its gradient:
   * {@code dz = scale · (softmax(z) · Σt − t)}.
   *
   * @return {@code −Σ t[j] · log softmax(z)[j]}, summed in double in order
   */
  double crossEntropy(
      float[] z, int zAt, float[] t, int tAt, float[] dz, int dzAt, int n, float scale);

  /**
   * {@code sums[j] = Σ x[i · stride + j]²} over the rows, in double and added in order.
   *
   * @param sums also overwritten from {@link SumOfSquaresJob#SIDE} on
   * @param n columns, all of one panel and without padding
   */
  void columnSquares(float[] x, int at, int stride, int rows, double[] sums, int sumsAt, int n);
}
