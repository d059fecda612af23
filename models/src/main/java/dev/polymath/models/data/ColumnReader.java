package dev.polymath.models.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects the cells of one column: as numbers as long as each is one, as text from the first that
 * is none on.
 */
final class ColumnReader {

  private float[] singles = new float[16];
  private double @Nullable [] doubles;
  private int @Nullable [] codes;
  private int rows;
  private final List<String> values = new ArrayList<>();

  /** The values as the plain numbers that they were read from; NaN for others. */
  private final List<Double> plain = new ArrayList<>();

  /** Of the values as they are called, and of the cells as they are written. */
  private final Map<String, Integer> places = new HashMap<>();

  private final Map<String, Integer> written = new HashMap<>();

  /**
   * Adds the next cell.
   *
   * @param number the cell as a plain number, NaN if it is none
   */
  void add(String cell, double number) {
    if (codes == null) {
      boolean missing = Double.isNaN(number) && CellText.isMissing(cell);
      if (missing || Double.isFinite(number) && !CellText.hasLeadingZero(cell)) {
        addNumber(missing ? Double.NaN : number);
        return;
      }
      becomeText();
    }
    addText(cell, number);
  }

  private void addNumber(double number) {
    if (doubles == null && (float) number != number && !Double.isNaN(number)) {
      doubles = new double[singles.length];
      for (int i = 0; i < rows; i++) {
        doubles[i] = singles[i];
      }
      singles = new float[0];
    }
    if (doubles == null) {
      singles = rows < singles.length ? singles : Arrays.copyOf(singles, grown());
      singles[rows++] = (float) number;
    } else {
      doubles = rows < doubles.length ? doubles : Arrays.copyOf(doubles, grown());
      doubles[rows++] = number;
    }
  }

  private int grown() {
    return rows + (rows >> 1) + 16;
  }

  private void becomeText() {
    int[] before = new int[Math.max(16, rows)];
    for (int i = 0; i < rows; i++) {
      double number = doubles == null ? singles[i] : doubles[i];
      before[i] = Double.isNaN(number) ? -1 : place(CellText.text(number), number);
    }
    codes = before;
    singles = new float[0];
    doubles = null;
  }

  private void addText(String cell, double number) {
    int[] all = codes;
    if (all == null) {
      throw new IllegalStateException("text in a column of numbers");
    }
    if (rows == all.length) {
      all = Arrays.copyOf(all, grown());
      codes = all;
    }
    Integer known = written.get(cell);
    if (known == null) {
      known = CellText.isMissing(cell) ? -1 : place(CellText.category(cell, number), number);
      written.put(cell, known);
    }
    all[rows++] = known;
  }

  private int place(String value, double number) {
    Integer place = places.putIfAbsent(value, values.size());
    if (place != null) {
      return place;
    }
    values.add(value);
    plain.add(number);
    return values.size() - 1;
  }

  /** Whether a later cell is looked up by what is written, so that its number is not asked for. */
  boolean knows(String cell) {
    return codes != null && written.containsKey(cell);
  }

  /** All that was added. To be called once. */
  TableColumn column(DecimalMark mark) {
    if (codes != null) {
      return new TableColumn.Texts(Arrays.copyOf(codes, rows), List.copyOf(values), numbers(mark));
    }
    return doubles == null
        ? new TableColumn.Numbers(Arrays.copyOf(singles, rows))
        : new TableColumn.Numbers(Arrays.copyOf(doubles, rows));
  }

  /** The values as numbers, if all of them are such or stand for a missing one. */
  private double @Nullable [] numbers(DecimalMark mark) {
    double[] numbers = new double[values.size()];
    boolean any = false;
    for (int i = 0; i < numbers.length; i++) {
      String value = values.get(i);
      double number = plain.get(i);
      if (Double.isNaN(number)) {
        number = mark.decorated(value);
      }
      if (!Double.isFinite(number) && !CellText.isMissingNumber(value)) {
        return null;
      }
      numbers[i] = Double.isFinite(number) ? number : Double.NaN;
      any |= Double.isFinite(number);
    }
    return any ? numbers : null;
  }
}
