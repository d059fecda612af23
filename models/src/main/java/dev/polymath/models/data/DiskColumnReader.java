package dev.polymath.models.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the cells of one column to disk: as numbers as long as each is one, as text from the first
 * that is none on, just as {@link ColumnReader} has it.
 */
final class DiskColumnReader {

  /** So many different texts are kept in memory, and are numbers on disk. */
  private static final int MOST_VALUES = 1 << 14;

  /** Bytes that the texts of all columns together may take of the heap. */
  static final class Budget {

    private static final int LEAST = 1 << 18;

    /** Of what a text has around it: two entries of maps, its number. */
    private static final int ENTRY = 200;

    private long left = Math.max(LEAST, Runtime.getRuntime().maxMemory() / 16);

    boolean isLeft() {
      return left > 0;
    }

    void take(String text) {
      left -= ENTRY + 2L * text.length();
    }
  }

  private final DiskCells.Writer cells;
  private final int column;
  private final DiskText texts;
  private final Budget budget;
  private final List<String> values = new ArrayList<>();
  private final List<Double> plain = new ArrayList<>();
  private final Map<String, Integer> places = new HashMap<>();

  /** Of the cells as they are written. */
  private final Map<String, Integer> written = new HashMap<>();

  private int rows;
  private int textFrom = -1;
  private boolean spilled;

  DiskColumnReader(DiskCells.Writer cells, int column, DiskText texts, Budget budget) {
    this.cells = cells;
    this.column = column;
    this.texts = texts;
    this.budget = budget;
  }

  /** Adds the next cell; see {@link ColumnReader#add}. */
  void add(String cell, double number) throws IOException {
    cells.set(column, coded(cell, number));
    rows++;
  }

  private long coded(String cell, double number) throws IOException {
    if (textFrom < 0) {
      boolean missing = Double.isNaN(number) && CellText.isMissing(cell);
      if (missing || Double.isFinite(number) && !CellText.hasLeadingZero(cell)) {
        return Double.doubleToRawLongBits(missing ? Double.NaN : number);
      }
      textFrom = rows;
    }
    Integer known = written.get(cell);
    if (known != null) {
      return known;
    }
    if (CellText.isMissing(cell)) {
      return DiskColumn.Content.MISSING;
    }
    String value = CellText.category(cell, number);
    Integer place = places.get(value);
    boolean room = written.size() < MOST_VALUES && budget.isLeft();
    if (place == null && room) {
      place = values.size();
      values.add(value);
      plain.add(number);
      places.put(value, place);
    }
    if (place == null) {
      spilled = true;
      return DiskColumn.Content.SPILLED | texts.add(value, number);
    }
    if (room) {
      budget.take(cell);
      written.put(cell, place);
    }
    return place;
  }

  /** Whether a later cell is looked up by what is written, so that its number is not asked for. */
  boolean knows(String cell) {
    return textFrom >= 0 && written.containsKey(cell);
  }

  /** All that was added, once all columns are written. */
  DiskColumn.Content content(DiskCells written, DecimalMark mark) {
    DiskColumn.Content content =
        new DiskColumn.Content(
            written,
            column,
            textFrom < 0 ? rows : textFrom,
            List.copyOf(values),
            plain.stream().mapToDouble(x -> x).toArray(),
            texts,
            spilled,
            mark);
    content.decide(rows);
    return content;
  }
}
