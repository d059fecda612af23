package dev.polymath;

/**
 * What training minimises: {@code L = 1/n · Σ over the n rows} of a row's loss. No state, so any
 * number of threads may use one at once.
 *
 * <p>The division by n happens here and nowhere else.
 */
public interface Loss {

  /** What a loss reads as {@code output}. */
  enum Input {
    /**
     * The network's last linear output. Softmax, or the sigmoid, is inside the loss, so that both
     * stay exact for large values; a final layer of it is left out of the training pass.
     */
    LOGITS,
    /** The network's output as it is. */
    OUTPUT
  }

  /** What {@code output} means in the two methods below. */
  Input input();

  /**
   * The mean loss over the rows, summed in double.
   *
   * @param output {@code [n, outputs]}, read
   * @param target {@code [n, outputs]}, read: a row is one-hot, smoothed or any real numbers
   */
  double value(Tensor output, Tensor target);

  /**
   * The mean loss, as {@link #value}, and its gradient with respect to {@code output}.
   *
   * @param output {@code [n, outputs]}, read
   * @param target {@code [n, outputs]}, read
   * @param dOutput {@code [n, outputs]}, overwritten; the factor 1/n is included
   */
  double valueAndGradient(Tensor output, Tensor target, Tensor dOutput);
}
