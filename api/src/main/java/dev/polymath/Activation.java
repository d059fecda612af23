package dev.polymath;

/**
 * The functions between layers. The derivative of each depends on its output {@code y} alone, so
 * that nothing but the output is kept for the backward pass.
 *
 * <p>The first six are what every backend computes itself; the later ones may be composed on the
 * host, see {@link dev.polymath.spi.AbstractBackend}.
 *
 * <p>A NaN in {@code x} gives a NaN in {@code y} (in its whole row for {@link #SOFTMAX}).
 */
public enum Activation {
  /** {@code y = x}; {@code dx = dy}. */
  IDENTITY,

  /** {@code y = 1 / (1 + exp(−x))}; {@code dx = dy · y · (1 − y)}. */
  SIGMOID,

  /** {@code y = tanh(x)}; {@code dx = dy · (1 − y²)}. */
  TANH,

  /** {@code y = max(x, 0)}; {@code dx = dy} where {@code y > 0} and 0 elsewhere. */
  RELU,

  /**
   * {@code y = x} where {@code x > 0} and {@code 0.01 · x} elsewhere; {@code dx = dy} where {@code
   * y > 0} and {@code 0.01 · dy} elsewhere.
   */
  LEAKY_RELU,

  /**
   * By row, {@code y[j] = exp(x[j] − max x) / Σ exp(x[k] − max x)}; {@code dx[j] = y[j] · (dy[j] −
   * Σ dy[k] · y[k])}. The shift by the maximum keeps it finite for every finite row. An x of −∞
   * gives 0; a row of nothing else, or with an x of +∞, gives NaN in all its columns.
   */
  SOFTMAX,

  /**
   * {@code y = x} where {@code x > 0} and {@code exp(x) − 1} elsewhere, accurate near 0; {@code dx
   * = dy} where {@code y > 0} and {@code dy · (y + 1)} elsewhere. See Clevert, Unterthiner and
   * Hochreiter, "Fast and Accurate Deep Network Learning by Exponential Linear Units", 2016.
   */
  ELU,

  /**
   * With λ = {@link #SELU_SCALE} and α = {@link #SELU_ALPHA}, {@code y = λ · x} where {@code x > 0}
   * and {@code λ · α · (exp(x) − 1)} elsewhere, accurate near 0; {@code dx = λ · dy} where {@code y
   * > 0} and {@code dy · (y + λ · α)} elsewhere. See Klambauer and others, "Self-Normalizing Neural
   * Networks", 2017.
   */
  SELU;

  /** The slope of {@link #LEAKY_RELU} below zero. */
  public static final float LEAKY_SLOPE = 0.01f;

  /** λ of {@link #SELU}, its slope above zero. */
  public static final double SELU_SCALE = 1.0507009873554805;

  /** α of {@link #SELU}: far below zero, y is −λ · α. */
  public static final double SELU_ALPHA = 1.6732632423543772;
}
