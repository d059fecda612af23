package dev.polymath;

/** Where the rows of a tensor come from: {@link Tensor#fill}. */
@FunctionalInterface
public interface RowSource {

  /**
   * Writes rows {@code from} to {@code to − 1}: element (i, j) goes to {@code target[at + (i −
   * from) · step + j]}. Nothing else of the target is written.
   *
   * <p>Several threads may call at once, for different rows and for the same ones. A row must have
   * the same values each time. The session must not be used meanwhile.
   *
   * @param from from 0 on
   * @param to at most the tensor's rows
   * @param target belongs to the backend; not to be kept
   * @param at where element (from, 0) goes
   * @param step from a row to the next, at least the tensor's columns
   */
  void write(int from, int to, float[] target, int at, int step);
}
