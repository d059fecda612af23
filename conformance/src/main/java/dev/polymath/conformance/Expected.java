package dev.polymath.conformance;

import org.opentest4j.AssertionFailedError;

/**
 * What an operation must give, and how far each element may be from it.
 *
 * @param value the exact result, in double
 * @param tolerance for each element the largest difference that rounding explains
 */
public record Expected(Matrix value, Matrix tolerance) {

  public Expected {
    if (value.rows() != tolerance.rows() || value.cols() != tolerance.cols()) {
      throw new IllegalArgumentException(
          "values " + value + " and tolerances " + tolerance + " differ in shape");
    }
  }

  /** The values alone, no difference allowed. */
  public static Expected exactly(Matrix value) {
    return new Expected(value, Matrix.zeros(value.rows(), value.cols()));
  }

  /**
   * Compares element by element. NaN asks for a NaN, an infinity for the same infinity; the two
   * zeros are equal.
   *
   * @param operation with its shapes, for the message
   * @param found row by row
   * @throws AssertionFailedError naming the first wrong element and how many there are
   */
  public void check(String operation, float[] found) {
    if (found.length != value.values().length) {
      throw new AssertionFailedError(
          operation + ": expected " + value + ", found " + found.length + " elements");
    }
    int first = -1;
    int wrong = 0;
    for (int i = 0; i < found.length; i++) {
      if (!agrees(i, found[i])) {
        first = first < 0 ? i : first;
        wrong++;
      }
    }
    if (wrong > 0) {
      throw new AssertionFailedError(
          operation
              + ": element ("
              + first / value.cols()
              + ", "
              + first % value.cols()
              + "): expected "
              + value.values()[first]
              + ", found "
              + found[first]
              + ", tolerance "
              + tolerance.values()[first]
              + "; "
              + wrong
              + " of "
              + found.length
              + " elements are wrong"
              + LikelyCause.of(value.values()[first], found[first]),
          value.values()[first],
          found[first]);
    }
  }

  /**
   * Compares a single number, which {@code value} must be.
   *
   * @throws AssertionFailedError if it is further away than the tolerance
   */
  public void check(String operation, double found) {
    double expected = value.values()[0];
    if (!agrees(expected, tolerance.values()[0], found)) {
      throw new AssertionFailedError(
          operation
              + ": expected "
              + expected
              + ", found "
              + found
              + ", tolerance "
              + tolerance.values()[0]
              + LikelyCause.of(expected, found),
          expected,
          found);
    }
  }

  private boolean agrees(int index, float found) {
    return agrees(value.values()[index], tolerance.values()[index], found);
  }

  static boolean agrees(double expected, double tolerance, double found) {
    if (Double.isNaN(expected)) {
      return Double.isNaN(found);
    }
    // The bound of an infinite result is infinite too, and must not let everything pass.
    return found == expected
        || Double.isFinite(expected) && Math.abs(found - expected) <= tolerance;
  }

  Expected transposed() {
    return new Expected(value.transposed(), tolerance.transposed());
  }
}
