package dev.polymath.models.internal;

/** Where the largest of some values is. */
public final class Argmax {

  private Argmax() {}

  /**
   * The index, from 0, of the largest of {@code values[from .. from + count)}; the first of equals.
   */
  public static int of(float[] values, int from, int count) {
    int best = 0;
    for (int j = 1; j < count; j++) {
      if (values[from + j] > values[from + best]) {
        best = j;
      }
    }
    return best;
  }
}
