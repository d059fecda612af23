package dev.polymath.models.data;

import dev.polymath.models.internal.Ints;
import dev.polymath.models.internal.MappedSort;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The cells of one column of a table on disk. It says of each what a column in memory says. */
final class DiskColumn implements TableColumn {

  private final DiskSpace space;
  private final Content content;
  private final Ints rows;

  /** Counted once. */
  private int distinct = -1;

  private int present = -1;
  private @Nullable BitSet usedValues;

  DiskColumn(DiskSpace space, Content content, Ints rows) {
    this.space = space;
    this.content = content;
    this.rows = rows;
  }

  /** What all rows of a table have in the column. */
  static final class Content {

    /** How a text is kept that found no place among the values. */
    static final long SPILLED = 1L << 62;

    static final long MISSING = -1;

    final DiskCells cells;
    final int column;

    /** The first row that is kept as text; as many as there are rows for a column of numbers. */
    final int textFrom;

    final List<String> values;
    final double[] plain;
    final DiskText texts;
    final boolean spilled;
    final DecimalMark mark;

    /** Whether each cell that is not missing is a number. */
    boolean numeric;

    Content(
        DiskCells cells,
        int column,
        int textFrom,
        List<String> values,
        double[] plain,
        DiskText texts,
        boolean spilled,
        DecimalMark mark) {
      this.cells = cells;
      this.column = column;
      this.textFrom = textFrom;
      this.values = values;
      this.plain = plain;
      this.texts = texts;
      this.spilled = spilled;
      this.mark = mark;
    }

    @Nullable String text(int row) {
      long cell = cells.at(row, column);
      if (row < textFrom) {
        double number = Double.longBitsToDouble(cell);
        return Double.isNaN(number) ? null : CellText.text(number);
      }
      if (cell == MISSING) {
        return null;
      }
      return (cell & SPILLED) == 0 ? values.get((int) cell) : texts.text(cell ^ SPILLED);
    }

    /** A cell as a number, whether or not all are; NaN where it is missing or none. */
    double number(int row) {
      long cell = cells.at(row, column);
      if (row < textFrom) {
        return Double.longBitsToDouble(cell);
      }
      if (cell == MISSING) {
        return Double.NaN;
      }
      boolean kept = (cell & SPILLED) == 0;
      double number = kept ? plain[(int) cell] : texts.number(cell ^ SPILLED);
      if (Double.isNaN(number)) {
        number = mark.decorated(Objects.requireNonNull(text(row)));
      }
      return Double.isFinite(number) ? number : Double.NaN;
    }

    /** Finds out whether the column is one of numbers. */
    void decide(int allRows) {
      if (textFrom == allRows) {
        numeric = true;
        return;
      }
      boolean any = false;
      for (int row = 0; row < allRows; row++) {
        boolean number = !Double.isNaN(number(row));
        any |= number;
        if (!number && row >= textFrom) {
          String text = text(row);
          if (text != null && !CellText.isMissingNumber(text)) {
            return;
          }
        }
      }
      numeric = any;
    }
  }

  /** The same column in other rows of the table. */
  DiskColumn over(Ints otherRows) {
    return new DiskColumn(space, content, otherRows);
  }

  @Override
  public int size() {
    return rows.size();
  }

  @Override
  public boolean isNumeric() {
    return content.numeric;
  }

  @Override
  public double number(int row) {
    return content.numeric ? content.number(rows.at(row)) : Double.NaN;
  }

  @Override
  public @Nullable String text(int row) {
    return content.text(rows.at(row));
  }

  @Override
  public TableColumn subset(int[] chosen) {
    return over(space.copy(Ints.of(chosen.length, i -> rows.at(chosen[i]))));
  }

  @Override
  public int present() {
    if (present < 0) {
      int count = 0;
      for (int row = 0; row < size(); row++) {
        count += isMissing(row) ? 0 : 1;
      }
      present = count;
    }
    return present;
  }

  @Override
  public int distinct() {
    if (distinct < 0) {
      distinct = countDistinct();
    }
    return distinct;
  }

  private int countDistinct() {
    if (isOfNumbers()) {
      return sorted().distinct();
    }
    if (isOfValues()) {
      return usedValues().cardinality();
    }
    MappedSort hashes = space.hashes(size());
    for (int row = 0; row < size(); row++) {
      String text = text(row);
      if (text != null) {
        hashes.add(TableColumn.textHash(text));
      }
    }
    hashes.sort();
    return (int) hashes.distinct();
  }

  /** Whether no cell of the whole table was text. */
  private boolean isOfNumbers() {
    return content.values.isEmpty() && !content.spilled && content.numeric;
  }

  /** Whether every cell that is not missing is one of the values. */
  private boolean isOfValues() {
    return content.textFrom == 0 && !content.spilled;
  }

  private BitSet usedValues() {
    BitSet known = usedValues;
    if (known != null) {
      return known;
    }
    BitSet used = new BitSet();
    for (int row = 0; row < size(); row++) {
      long cell = content.cells.at(rows.at(row), content.column);
      if (cell != Content.MISSING) {
        used.set((int) cell);
      }
    }
    usedValues = used;
    return used;
  }

  @Override
  public Stream<String> used() {
    if (isOfNumbers()) {
      return Stream.empty();
    }
    return isOfValues()
        ? usedValues().stream().mapToObj(content.values::get)
        : IntStream.range(0, size()).mapToObj(this::text).filter(Objects::nonNull);
  }

  @Override
  public SortedNumbers sorted(IntToDoubleFunction numberOfRow) {
    MappedSort sort = space.numbers(size());
    for (int row = 0; row < size(); row++) {
      double number = numberOfRow.applyAsDouble(row);
      if (!Double.isNaN(number)) {
        sort.add(number + 0.0);
      }
    }
    sort.sort();
    return SortedNumbers.of(sort);
  }

  @Override
  public long hash(int row) {
    if (isNumeric()) {
      return TableColumn.numberHash(number(row));
    }
    String text = text(row);
    return text == null ? TableColumn.numberHash(Double.NaN) : TableColumn.textHash(text);
  }
}
