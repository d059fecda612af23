package dev.polymath;

/**
 * A float32 matrix {@code [rows, cols]} of one session, freed with it or by {@link
 * Backend#release}.
 *
 * <p>It is addressed row by row: element {@code (i, j)} is number {@code i · cols + j} of {@link
 * #write} and {@link #read}. How the backend stores it is the backend's own affair (padded rows,
 * panels, native memory), which is why there is no array behind it to ask for.
 *
 * <p>Threads may read one tensor at once. A tensor that one thread writes must not be used by
 * another meanwhile.
 */
public interface Tensor {

  /** The number of rows, at least 1. */
  int rows();

  /** The number of columns, at least 1. */
  int cols();

  /**
   * A view {@code [rows, cols()]} of the first rows, on the same storage: writing one changes the
   * other. For the tail of a data set and for small requests on large buffers.
   *
   * @param rows from 1 to {@link #rows()}
   */
  Tensor firstRows(int rows);

  /**
   * Overwrites all {@code rows · cols} elements.
   *
   * @param source read from {@code offset} on
   * @param offset where element (0, 0) stands in {@code source}
   */
  void write(float[] source, int offset);

  /**
   * Overwrites all elements with the rows of a source. A backend has them written to where it keeps
   * them, if it can, so that they need not be in an array first, and may have each of its threads
   * write what it is going to read.
   *
   * <p>What the source throws is passed on. The elements may be anything then.
   */
  default void fill(RowSource rows) {
    float[] values = new float[rows() * cols()];
    rows.write(0, rows(), values, 0, cols());
    write(values, 0);
  }

  /**
   * Copies all {@code rows · cols} elements out.
   *
   * @param target overwritten from {@code offset} on
   * @param offset where element (0, 0) goes in {@code target}
   */
  void read(float[] target, int offset);
}
