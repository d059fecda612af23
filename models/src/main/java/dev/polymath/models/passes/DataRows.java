package dev.polymath.models.passes;

import dev.polymath.RowSource;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.network.InputScaling;
import org.jspecify.annotations.Nullable;

/**
 * The features of some examples of a data set, moved and scaled on their way into a tensor. Reads
 * its arrays at each fill: whoever made it changes them in between. Allocates nothing.
 */
public final class DataRows implements RowSource {

  /** Rows that are still in the first-level cache when they are scaled. */
  private static final int TOGETHER = 8;

  private final DataSet data;
  private final InputScaling scaling;
  private final int[] examples;
  private final int @Nullable [] dx;
  private final int @Nullable [] dy;

  /**
   * @param examples row i is of {@code examples[i]}
   */
  public DataRows(DataSet data, InputScaling scaling, int[] examples) {
    this(data, scaling, examples, null, null);
  }

  /**
   * @param dx pixels to the right that row i is moved; null where none is moved
   * @param dy pixels down
   */
  public DataRows(
      DataSet data,
      InputScaling scaling,
      int[] examples,
      int @Nullable [] dx,
      int @Nullable [] dy) {
    this.data = data;
    this.scaling = scaling;
    this.examples = examples;
    this.dx = dx;
    this.dy = dy;
  }

  @Override
  public void write(int from, int to, float[] target, int at, int step) {
    int place = at;
    for (int i = from; i < to; i += TOGETHER) {
      int rows = Math.min(TOGETHER, to - i);
      if (dx != null && dy != null) {
        data.gatherShifted(examples, i, rows, dx, dy, i, target, place, step);
      } else {
        data.gather(examples, i, rows, target, place, step);
      }
      for (int row = 0; row < rows; row++, place += step) {
        scaling.applyToRow(target, place);
      }
    }
  }
}
