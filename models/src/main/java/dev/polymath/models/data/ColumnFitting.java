package dev.polymath.models.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Tells the kinds of a table's columns, and learns how each is encoded. */
final class ColumnFitting {

  /** Bins of all columns together: more features cost more than they tell. */
  private static final int MOST_BINS = 256;

  /** Rows of a bin, where the column has as many for each. */
  private static final int FEWEST_ROWS = 20;

  /** Fewer bins in a column say little. */
  private static final int FEWEST_BINS = 4;

  /** More categories than these are not learned from, unless they are told to be. */
  private static final int MOST_CATEGORIES = 10_000;

  /** Fewer different texts are categories, though nearly every row has its own. */
  private static final int FEWEST_DIFFERENT = 64;

  private static final Pattern IDENTIFIER =
      Pattern.compile("(.*[_\\-. ])?(id|uuid|guid|index|idx|row|rownum|rownumber)|unnamed: 0");

  private static final Pattern CAMEL_CASE = Pattern.compile(".*[a-z](Id|ID)");

  private ColumnFitting() {}

  /** All columns but the target. */
  static List<EncodedColumn> columns(
      Table training, Table.Target target, TableEncoder.Options options) {
    List<Integer> targets = IntStream.of(target.columns()).boxed().toList();
    Map<Integer, TableEncoder.Kind> told = told(training, targets, options);
    int numeric =
        (int)
            IntStream.range(0, training.columns())
                .filter(i -> !targets.contains(i) && training.isNumeric(i) && !told.containsKey(i))
                .count();
    TableEncoder.Options fitting = options.withBins(bins(options.bins(), numeric));
    return IntStream.range(0, training.columns())
        .filter(i -> i != target.column())
        .boxed()
        .toList()
        .parallelStream()
        .map(
            i ->
                targets.contains(i)
                    ? new EncodedColumn.LeftOut(training.name(i), TableEncoder.ANOTHER_TARGET)
                    : column(training, i, told.get(i), fitting))
        .toList();
  }

  /**
   * So many bins, in a table of so many columns of numbers, that they are not too many features.
   */
  static int bins(int wanted, int numericColumns) {
    int bins = Math.min(wanted, MOST_BINS / Math.max(1, numericColumns));
    return bins < Math.min(wanted, FEWEST_BINS) ? 0 : bins;
  }

  private static Map<Integer, TableEncoder.Kind> told(
      Table training, List<Integer> targets, TableEncoder.Options options) {
    Map<Integer, TableEncoder.Kind> told = new HashMap<>();
    options
        .kinds()
        .forEach(
            (name, kind) -> {
              int column = training.column(name);
              if (targets.contains(column)) {
                throw new IllegalArgumentException(
                    training.source()
                        + ": "
                        + training.describe(column)
                        + " is the target, which is no feature");
              }
              if (told.put(column, kind) != null) {
                throw new IllegalArgumentException(
                    training.source() + ": " + training.describe(column) + " is named twice");
              }
              if (kind == TableEncoder.Kind.NUMERIC) {
                training.numbers(column);
              } else if (kind == TableEncoder.Kind.DATE) {
                DateForm.ofTold(training, column);
              }
            });
    return told;
  }

  private static EncodedColumn column(
      Table table, int place, TableEncoder.@Nullable Kind told, TableEncoder.Options options) {
    String name = table.name(place);
    TableColumn cells = table.cells(place);
    if (told == TableEncoder.Kind.LEFT_OUT) {
      return new EncodedColumn.LeftOut(name, "dropped");
    }
    if (told == TableEncoder.Kind.GROUP) {
      return new EncodedColumn.LeftOut(name, "groups rows");
    }
    int present = cells.present();
    if (present == 0) {
      return new EncodedColumn.LeftOut(name, "missing in every training row");
    }
    if (told == TableEncoder.Kind.NUMERIC) {
      return numeric(name, cells.sorted(), cells.size(), options);
    }
    if (told == TableEncoder.Kind.CATEGORY) {
      return category(name, cells, options);
    }
    if (told == TableEncoder.Kind.DATE) {
      return dates(name, cells, DateForm.ofTold(table, place), options);
    }
    double[] sorted = cells.isNumeric() ? cells.sorted() : new double[0];
    int distinct = cells.distinct();
    if (distinct == 1) {
      return present == cells.size()
          ? new EncodedColumn.LeftOut(name, "constant")
          : category(name, cells, options);
    }
    boolean mostlyDifferent = distinct > FEWEST_DIFFERENT && 2L * distinct > present;
    boolean code = isCode(cells.used()) && distinct < present && distinct <= MOST_CATEGORIES;
    if (code && !mostlyDifferent) {
      return category(name, cells, options);
    }
    if (cells.isNumeric()) {
      return isIdentifier(name) && distinct == present && isWhole(sorted)
          ? new EncodedColumn.LeftOut(name, "identifies rows")
          : numeric(name, sorted, cells.size(), options);
    }
    Optional<DateForm> dates = DateForm.ofAll(cells.used());
    if (dates.isPresent()) {
      return dates(name, cells, dates.get(), options);
    }
    if (distinct == present) {
      return new EncodedColumn.LeftOut(name, "text, different in every row");
    }
    if (distinct > MOST_CATEGORIES || mostlyDifferent) {
      return new EncodedColumn.LeftOut(
          name, String.format(Locale.ROOT, "text, %,d different ones", distinct));
    }
    return category(name, cells, options);
  }

  /** Whether a column is named as one that identifies rows. */
  private static boolean isIdentifier(String name) {
    return IDENTIFIER.matcher(name.toLowerCase(Locale.ROOT)).matches()
        || CAMEL_CASE.matcher(name).matches();
  }

  /** Whether texts are digits of one length, some with leading zeros: {@code 007}. */
  private static boolean isCode(List<String> texts) {
    return texts.stream().anyMatch(CellText::hasLeadingZero)
        && texts.stream()
            .allMatch(
                text ->
                    text.length() == texts.get(0).length()
                        && text.chars().allMatch(c -> c >= '0' && c <= '9'));
  }

  private static boolean isWhole(double[] numbers) {
    return DoubleStream.of(numbers).allMatch(x -> x == Math.rint(x));
  }

  /**
   * A column of numbers.
   *
   * @param sorted those that are not missing
   * @param rows of the table
   */
  private static EncodedColumn.Numeric numeric(
      String name, double[] sorted, int rows, TableEncoder.Options options) {
    boolean robust = options.scaling() == TableEncoder.Scaling.ROBUST;
    double median = quantile(sorted, 0.5);
    double center = robust ? median : mean(sorted);
    double spread = robust ? range(sorted) : deviation(sorted, center);
    return new EncodedColumn.Numeric(
        name,
        center,
        Math.min(spread, Double.MAX_VALUE),
        robust,
        median,
        sorted.length < rows,
        knots(sorted, options.bins()));
  }

  /** Between the quartiles; half of the whole range where these are one number. */
  private static double range(double[] sorted) {
    double range = quantile(sorted, 0.75) - quantile(sorted, 0.25);
    return range > 0 ? range : (sorted[sorted.length - 1] - sorted[0]) / 2;
  }

  private static double mean(double[] numbers) {
    double sum = 0;
    for (double x : numbers) {
      sum += x / numbers.length;
    }
    return sum;
  }

  private static double deviation(double[] numbers, double mean) {
    double squares = 0;
    for (double x : numbers) {
      squares += (x - mean) * (x - mean);
    }
    return Math.sqrt(squares / numbers.length);
  }

  /** With linear interpolation between two numbers. */
  private static double quantile(double[] sorted, double fraction) {
    double place = fraction * (sorted.length - 1);
    int below = (int) place;
    if (below + 1 >= sorted.length) {
      return sorted[below];
    }
    double part = place - below;
    return sorted[below] * (1 - part) + sorted[below + 1] * part;
  }

  /**
   * Ends of bins with about as many rows each. A number that fills a bin alone ends one; what is
   * left is shared out among the other bins, so that a column of mostly zeros still has bins where
   * it varies.
   */
  static List<Double> knots(double[] sorted, int bins) {
    if (bins == 0) {
      return List.of();
    }
    List<Double> values = new ArrayList<>();
    List<Integer> counts = new ArrayList<>();
    for (double x : sorted) {
      int last = values.size() - 1;
      if (last >= 0 && values.get(last) == x) {
        counts.set(last, counts.get(last) + 1);
      } else {
        values.add(x);
        counts.add(1);
      }
    }
    // The least number is the first bin's lower end: its rows are in no bin.
    int rows = sorted.length - counts.get(0);
    double share = (double) rows / bins;
    int alone = 0;
    for (int i = 1; i < counts.size(); i++) {
      if (counts.get(i) >= share) {
        alone++;
        rows -= counts.get(i);
      }
    }
    double least = Math.min(FEWEST_ROWS, (double) sorted.length / bins);
    double wanted = Math.max(least, (double) rows / Math.max(1, bins - alone));
    List<Double> knots = new ArrayList<>(values.subList(0, 1));
    double waiting = 0;
    for (int i = 1; i < counts.size(); i++) {
      waiting += counts.get(i);
      boolean nextAlone = i + 1 < counts.size() && counts.get(i + 1) >= share;
      if (counts.get(i) >= share || nextAlone && waiting >= least) {
        knots.add(values.get(i));
        waiting = 0;
      } else if (waiting >= wanted) {
        knots.add(values.get(i));
        waiting = Math.min(waiting - wanted, wanted);
      }
    }
    double most = values.get(values.size() - 1);
    if (knots.get(knots.size() - 1) < most) {
      if (knots.size() > 1 && (waiting < least || knots.size() > bins)) {
        knots.remove(knots.size() - 1);
      }
      knots.add(most);
    }
    // A single bin says nothing that the scaled number does not say.
    return knots.size() > 2 ? knots : List.of();
  }

  private static EncodedColumn.Category category(
      String name, TableColumn cells, TableEncoder.Options options) {
    Map<String, Integer> counts = new HashMap<>();
    boolean missing = false;
    for (int row = 0; row < cells.size(); row++) {
      String text = cells.text(row);
      if (text == null) {
        missing = true;
      } else {
        counts.merge(text, 1, Integer::sum);
      }
    }
    List<String> values =
        counts.entrySet().stream()
            .filter(entry -> entry.getValue() >= options.fewestRows())
            .sorted(
                Comparator.<Map.Entry<String, Integer>>comparingInt(Map.Entry::getValue)
                    .reversed()
                    .thenComparing(Map.Entry::getKey))
            .limit(options.mostValues())
            .map(Map.Entry::getKey)
            .toList();
    return new EncodedColumn.Category(name, values, values.size() < counts.size(), missing);
  }

  private static EncodedColumn.Dates dates(
      String name, TableColumn cells, DateForm form, TableEncoder.Options options) {
    double[] seconds =
        IntStream.range(0, cells.size())
            .mapToObj(cells::text)
            .mapToDouble(text -> text == null ? Double.NaN : form.seconds(text))
            .toArray();
    EncodedColumn.Numeric hours = part(name, seconds, DateForm::hour, options);
    long weekdays =
        DoubleStream.of(seconds)
            .filter(s -> !Double.isNaN(s))
            .mapToInt(DateForm::weekday)
            .distinct()
            .count();
    EncodedColumn.Numeric withoutMark =
        new EncodedColumn.Numeric(
            name,
            hours.center(),
            hours.spread(),
            hours.clip(),
            hours.median(),
            false,
            hours.knots());
    return new EncodedColumn.Dates(
        name,
        form.word(),
        part(name, seconds, s -> s / DateForm.DAY, options),
        hours.spread() > 0 ? withoutMark : null,
        weekdays > 1);
  }

  /** Numbers that are made of the moments that are not missing. */
  private static EncodedColumn.Numeric part(
      String name, double[] seconds, DoubleUnaryOperator of, TableEncoder.Options options) {
    double[] sorted =
        DoubleStream.of(seconds).filter(s -> !Double.isNaN(s)).map(of).sorted().toArray();
    return numeric(name, sorted, seconds.length, options);
  }
}
