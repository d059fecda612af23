package dev.polymath.models.data;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The cells of one column of a table. */
sealed interface TableColumn permits TableColumn.Numbers, TableColumn.Texts, DiskColumn {

  int size();

  /** Whether each cell that is not missing is a number. */
  boolean isNumeric();

  /** A cell as a number; NaN where it is missing or none. */
  double number(int row);

  /** What a cell is called as a category; null where it is missing. */
  @Nullable String text(int row);

  /** Whether a cell is missing. */
  default boolean isMissing(int row) {
    return isNumeric() ? Double.isNaN(number(row)) : text(row) == null;
  }

  /** The rows named, in that order. */
  TableColumn subset(int[] rows);

  /** How many cells there are that are not missing. */
  int present();

  /** How many different cells there are that are not missing. */
  int distinct();

  /** The texts that occur in a column of text, some more than once; none for one of numbers. */
  Stream<String> used();

  /** A number that is the same for the same cell in any table, and hardly for another. */
  long hash(int row);

  /** The numbers that are not missing, in ascending order. */
  default SortedNumbers sorted() {
    return sorted(this::number);
  }

  /**
   * What is made of the rows, in ascending order, without what is NaN. Of a table on disk it is
   * lost when something else is sorted.
   */
  default SortedNumbers sorted(IntToDoubleFunction numberOfRow) {
    double[] numbers = new double[size()];
    int count = 0;
    for (int i = 0; i < numbers.length; i++) {
      double number = numberOfRow.applyAsDouble(i);
      if (!Double.isNaN(number)) {
        // There are two zeros, which are one number.
        numbers[count++] = number + 0.0;
      }
    }
    double[] sorted = count == numbers.length ? numbers : Arrays.copyOf(numbers, count);
    Arrays.sort(sorted);
    return SortedNumbers.of(sorted);
  }

  /** A number that is the same for the same number, and hardly for another; of NaN too. */
  static long numberHash(double number) {
    return mixed(Double.doubleToLongBits(number + 0.0));
  }

  /** The same of a text. */
  static long textHash(String text) {
    long hash = text.length();
    for (int i = 0; i < text.length(); i++) {
      hash = mixed(hash + text.charAt(i));
    }
    return hash;
  }

  /** Numbers, kept as float32 where that loses nothing. */
  final class Numbers implements TableColumn {

    private final float @Nullable [] singles;
    private final double @Nullable [] doubles;
    private final int size;

    /** Counted with the first sorting; a race only counts the same again. */
    private int distinct = -1;

    Numbers(float[] singles) {
      this.singles = singles;
      this.doubles = null;
      this.size = singles.length;
    }

    Numbers(double[] doubles) {
      this.singles = null;
      this.doubles = doubles;
      this.size = doubles.length;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public boolean isNumeric() {
      return true;
    }

    @Override
    public double number(int row) {
      return singles != null ? singles[row] : doubles != null ? doubles[row] : Double.NaN;
    }

    @Override
    public @Nullable String text(int row) {
      double number = number(row);
      return Double.isNaN(number) ? null : CellText.text(number);
    }

    @Override
    public TableColumn subset(int[] rows) {
      if (singles != null) {
        float[] chosen = new float[rows.length];
        for (int i = 0; i < chosen.length; i++) {
          chosen[i] = singles[rows[i]];
        }
        return new Numbers(chosen);
      }
      return new Numbers(IntStream.of(rows).mapToDouble(this::number).toArray());
    }

    @Override
    public int present() {
      int present = 0;
      for (int i = 0; i < size; i++) {
        present += Double.isNaN(number(i)) ? 0 : 1;
      }
      return present;
    }

    @Override
    public SortedNumbers sorted() {
      SortedNumbers sorted = TableColumn.super.sorted();
      distinct = sorted.distinct();
      return sorted;
    }

    @Override
    public int distinct() {
      if (distinct < 0) {
        sorted();
      }
      return distinct;
    }

    @Override
    public Stream<String> used() {
      return Stream.empty();
    }

    @Override
    public long hash(int row) {
      return numberHash(number(row));
    }
  }

  private static long mixed(long bits) {
    long z = bits * 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    return z ^ z >>> 27;
  }

  /**
   * Text, each different one kept once.
   *
   * @param codes for each row its place among the values, or −1 where it is missing
   * @param values all different
   * @param numbers the values as numbers, NaN for those that mean a missing one; null where a value
   *     is no number
   */
  record Texts(int[] codes, List<String> values, double @Nullable [] numbers)
      implements TableColumn {

    @Override
    public int size() {
      return codes.length;
    }

    @Override
    public boolean isNumeric() {
      return numbers != null;
    }

    @Override
    public double number(int row) {
      return numbers == null || codes[row] < 0 ? Double.NaN : numbers[codes[row]];
    }

    @Override
    public @Nullable String text(int row) {
      return codes[row] < 0 ? null : values.get(codes[row]);
    }

    @Override
    public TableColumn subset(int[] rows) {
      return new Texts(IntStream.of(rows).map(row -> codes[row]).toArray(), values, numbers);
    }

    @Override
    public int present() {
      int present = 0;
      for (int code : codes) {
        present += code < 0 || numbers != null && Double.isNaN(numbers[code]) ? 0 : 1;
      }
      return present;
    }

    @Override
    public int distinct() {
      return usedCodes().cardinality();
    }

    @Override
    public Stream<String> used() {
      return usedCodes().stream().mapToObj(values::get);
    }

    private BitSet usedCodes() {
      BitSet used = new BitSet();
      for (int code : codes) {
        if (code >= 0) {
          used.set(code);
        }
      }
      return used;
    }

    @Override
    public long hash(int row) {
      if (numbers != null) {
        return numberHash(number(row));
      }
      if (codes[row] < 0) {
        return numberHash(Double.NaN);
      }
      return textHash(values.get(codes[row]));
    }
  }
}
