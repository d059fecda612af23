package dev.polymath.models.data;

import dev.polymath.models.internal.Ints;
import dev.polymath.models.internal.Randomness;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** How rows that belong together, or follow each other, are cut in two. */
sealed interface RowSplit {

  /**
   * Cuts the rows.
   *
   * @param fraction of the rows that is held out, in (0, 1)
   * @throws IllegalArgumentException if a part would be empty
   */
  StratifiedSplit of(double fraction, Randomness random);

  /** The rule for the rows named, in that order. */
  RowSplit subset(int[] rows);

  /** The rows that are held out, and the others. */
  private static StratifiedSplit parts(int rows, BitSet held) {
    return new StratifiedSplit(
        Ints.of(IntStream.range(0, rows).filter(i -> !held.get(i)).toArray()),
        Ints.of(held.stream().toArray()));
  }

  /**
   * Holds out whole groups, drawn at random, until as near as may be to the fraction of the rows.
   *
   * @param groups the number of each row's group, any numbers
   */
  record Groups(int[] groups) implements RowSplit {

    /** By the cells of a column; a row where it is missing is a group by itself. */
    static Groups of(TableColumn cells) {
      Map<String, Integer> numbers = new HashMap<>();
      int[] groups = new int[cells.size()];
      int next = 0;
      for (int row = 0; row < groups.length; row++) {
        String text = cells.text(row);
        Integer known = text == null ? null : numbers.get(text);
        groups[row] = known == null ? next++ : known;
        if (text != null && known == null) {
          numbers.put(text, groups[row]);
        }
      }
      return new Groups(groups);
    }

    @Override
    public StratifiedSplit of(double fraction, Randomness random) {
      int[] order = IntStream.of(groups).distinct().toArray();
      if (order.length < 2) {
        throw new IllegalArgumentException(
            "split: expected at least 2 groups of rows, found " + order.length);
      }
      int[] sizes = new int[Arrays.stream(order).max().getAsInt() + 1];
      for (int group : groups) {
        sizes[group]++;
      }
      random.shuffle(order);
      double wanted = fraction * groups.length;
      BitSet chosen = new BitSet();
      int held = 0;
      for (int i = 0; i < order.length - 1 || held == 0; i++) {
        int size = sizes[order[i]];
        if (Math.abs(held + size - wanted) < Math.abs(held - wanted)
            || held == 0 && i >= order.length - 2) {
          chosen.set(order[i]);
          held += size;
        }
      }
      BitSet rows = new BitSet(groups.length);
      for (int row = 0; row < groups.length; row++) {
        rows.set(row, chosen.get(groups[row]));
      }
      return parts(groups.length, rows);
    }

    /**
     * Deals whole groups into folds, the largest first, each into the fold with the fewest rows.
     *
     * @return the fold of each row
     * @throws IllegalArgumentException if there are fewer groups than folds
     */
    int[] folds(int folds, Randomness random) {
      int[] order = IntStream.of(groups).distinct().toArray();
      if (order.length < folds) {
        throw new IllegalArgumentException(
            "folds: expected 2 to " + order.length + " for as many groups of rows, found " + folds);
      }
      int[] sizes = new int[Arrays.stream(order).max().getAsInt() + 1];
      for (int group : groups) {
        sizes[group]++;
      }
      random.shuffle(order);
      int[] largestFirst =
          IntStream.of(order)
              .boxed()
              .sorted(Comparator.comparingInt(group -> -sizes[group]))
              .mapToInt(group -> group)
              .toArray();
      int[] foldOf = new int[sizes.length];
      int[] rows = new int[folds];
      for (int group : largestFirst) {
        int fewest = 0;
        for (int fold = 1; fold < folds; fold++) {
          fewest = rows[fold] < rows[fewest] ? fold : fewest;
        }
        foldOf[group] = fewest;
        rows[fewest] += sizes[group];
      }
      return IntStream.of(groups).map(group -> foldOf[group]).toArray();
    }

    @Override
    public RowSplit subset(int[] rows) {
      return new Groups(IntStream.of(rows).map(row -> groups[row]).toArray());
    }
  }

  /**
   * Holds out the latest rows. Rows of one time stay together.
   *
   * @param times of the rows; one that is missing is NaN and counts as the earliest
   */
  record Latest(double[] times) implements RowSplit {

    /** By a column of dates or numbers; empty if it is neither. */
    static Optional<RowSplit> of(TableColumn cells) {
      if (cells.isNumeric()) {
        double[] times = IntStream.range(0, cells.size()).mapToDouble(cells::number).toArray();
        return Optional.of(new Latest(times));
      }
      return DateForm.ofAll(cells::used)
          .map(
              form ->
                  new Latest(
                      IntStream.range(0, cells.size())
                          .mapToObj(cells::text)
                          .mapToDouble(text -> text == null ? Double.NaN : form.seconds(text))
                          .toArray()));
    }

    @Override
    public StratifiedSplit of(double fraction, Randomness random) {
      int n = times.length;
      double[] ordered =
          Arrays.stream(times).map(t -> Double.isNaN(t) ? Double.NEGATIVE_INFINITY : t).toArray();
      int[] rows =
          IntStream.range(0, n)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> ordered[i]))
              .mapToInt(i -> i)
              .toArray();
      int wanted = n - Math.max(1, (int) Math.round(fraction * n));
      int cut = -1;
      for (int i = 1; i < n; i++) {
        boolean between = ordered[rows[i]] > ordered[rows[i - 1]];
        if (between && (cut < 0 || Math.abs(i - wanted) < Math.abs(cut - wanted))) {
          cut = i;
        }
      }
      if (cut < 0) {
        throw new IllegalArgumentException("split: all rows are of one time");
      }
      BitSet held = new BitSet(n);
      for (int i = cut; i < n; i++) {
        held.set(rows[i]);
      }
      return parts(n, held);
    }

    @Override
    public RowSplit subset(int[] rows) {
      return new Latest(IntStream.of(rows).mapToDouble(row -> times[row]).toArray());
    }
  }
}
