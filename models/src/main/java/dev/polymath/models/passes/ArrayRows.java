package dev.polymath.models.passes;

import dev.polymath.RowSource;
import dev.polymath.models.network.InputScaling;

/** Rows of an array, scaled on their way into a tensor. Allocates nothing. */
public final class ArrayRows implements RowSource {

  private static final float[] NONE = {};

  private final int width;
  private float[] values = NONE;
  private int first;
  private InputScaling scaling;

  /**
   * Rows of no array as yet.
   *
   * @param width features of a row
   */
  ArrayRows(int width) {
    this.width = width;
    this.scaling = InputScaling.none(width);
  }

  /** Rows as they are. */
  public static RowSource of(float[] values, int width) {
    ArrayRows rows = new ArrayRows(width);
    rows.set(values, 0, rows.scaling);
    return rows;
  }

  /** Takes the rows of an array from {@code first} on, until it is set again. */
  void set(float[] values, int first, InputScaling scaling) {
    this.values = values;
    this.first = first;
    this.scaling = scaling;
  }

  /** Forgets the array, which may be large. */
  void letGo() {
    values = NONE;
  }

  @Override
  public void write(int from, int to, float[] target, int at, int step) {
    for (int i = from, place = at; i < to; i++, place += step) {
      System.arraycopy(values, (first + i) * width, target, place, width);
      scaling.applyToRow(target, place);
    }
  }
}
