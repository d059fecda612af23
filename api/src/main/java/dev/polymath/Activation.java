package dev.polymath;

/**
 * The functions between layers. The derivative of each depends on its output {@code y} alone, so
 * that nothing but the output is kept for the backward pass.
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
   * Σ dy[k] · y[k])}. The shift by the maximum keeps it finite for every finite row.
   */
  SOFTMAX;

  /** The slope of {@link #LEAKY_RELU} below zero. */
  public static final float LEAKY_SLOPE = 0.01f;
}
