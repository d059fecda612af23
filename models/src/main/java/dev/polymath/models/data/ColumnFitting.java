package dev.polymath.models.data;

import dev.polymath.models.internal.PlainText;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Pattern;
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

  /** So many categories that somebody told are counted in memory where the table is on disk. */
  private static final int MOST_COUNTED = 100_000;

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
    List<Integer> places =
        IntStream.range(0, training.columns()).filter(i -> i != target.column()).boxed().toList();
    // On disk there is one place to sort in.
    return (training.onDisk() ? places.stream() : places.parallelStream())
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
    SortedNumbers sorted = cells.isNumeric() ? cells.sorted() : SortedNumbers.of();
    int distinct = cells.distinct();
    if (distinct == 1) {
      return present == cells.size()
          ? new EncodedColumn.LeftOut(name, "constant")
          : category(name, cells, options);
    }
    boolean mostlyDifferent = distinct > FEWEST_DIFFERENT && 2L * distinct > present;
    boolean code = isCode(cells) && distinct < present && distinct <= MOST_CATEGORIES;
    if (code && !mostlyDifferent) {
      return category(name, cells, options);
    }
    if (cells.isNumeric()) {
      return isIdentifier(name) && distinct == present && isWhole(sorted)
          ? new EncodedColumn.LeftOut(name, "identifies rows")
          : numeric(name, sorted, cells.size(), options);
    }
    Optional<DateForm> dates = DateForm.ofAll(cells::used);
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
  private static boolean isCode(TableColumn cells) {
    String first = cells.used().findFirst().orElse("");
    return cells.used().anyMatch(CellText::hasLeadingZero)
        && cells
            .used()
            .allMatch(
                text ->
                    text.length() == first.length()
                        && text.chars().allMatch(c -> c >= '0' && c <= '9'));
  }

  private static boolean isWhole(SortedNumbers numbers) {
    return IntStream.range(0, numbers.size())
        .allMatch(i -> numbers.at(i) == Math.rint(numbers.at(i)));
  }

  /**
   * A column of numbers.
   *
   * @param sorted those that are not missing
   * @param rows of the table
   */
  private static EncodedColumn.Numeric numeric(
      String name, SortedNumbers sorted, int rows, TableEncoder.Options options) {
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
        sorted.size() < rows,
        knots(sorted, options.bins()));
  }

  /** Between the quartiles; half of the whole range where these are one number. */
  private static double range(SortedNumbers sorted) {
    double range = quantile(sorted, 0.75) - quantile(sorted, 0.25);
    return range > 0 ? range : (sorted.at(sorted.size() - 1) - sorted.at(0)) / 2;
  }

  private static double mean(SortedNumbers numbers) {
    double sum = 0;
    for (int i = 0; i < numbers.size(); i++) {
      sum += numbers.at(i) / numbers.size();
    }
    return sum;
  }

  private static double deviation(SortedNumbers numbers, double mean) {
    double squares = 0;
    for (int i = 0; i < numbers.size(); i++) {
      double x = numbers.at(i);
      squares += (x - mean) * (x - mean);
    }
    return Math.sqrt(squares / numbers.size());
  }

  /** With linear interpolation between two numbers. */
  private static double quantile(SortedNumbers sorted, double fraction) {
    double place = fraction * (sorted.size() - 1);
    int below = (int) place;
    if (below + 1 >= sorted.size()) {
      return sorted.at(below);
    }
    double part = place - below;
    return sorted.at(below) * (1 - part) + sorted.at(below + 1) * part;
  }

  /**
   * Ends of bins with about as many rows each. A number that fills a bin alone ends one; what is
   * left is shared out among the other bins, so that a column of mostly zeros still has bins where
   * it varies.
   */
  static List<Double> knots(SortedNumbers sorted, int bins) {
    if (bins == 0) {
      return List.of();
    }
    int size = sorted.size();
    int firstEnd = sorted.endOfRun(0);
    // The least number is the first bin's lower end: its rows are in no bin.
    int rows = size - firstEnd;
    double share = (double) rows / bins;
    int alone = 0;
    for (int from = firstEnd, end; from < size; from = end) {
      end = sorted.endOfRun(from);
      if (end - from >= share) {
        alone++;
        rows -= end - from;
      }
    }
    double least = Math.min(FEWEST_ROWS, (double) size / bins);
    double wanted = Math.max(least, (double) rows / Math.max(1, bins - alone));
    List<Double> knots = new ArrayList<>(List.of(sorted.at(0)));
    double waiting = 0;
    int end = firstEnd < size ? sorted.endOfRun(firstEnd) : size;
    for (int from = firstEnd, next; from < size; from = end, end = next) {
      next = end < size ? sorted.endOfRun(end) : size;
      int count = end - from;
      waiting += count;
      boolean nextAlone = end < size && next - end >= share;
      if (count >= share || nextAlone && waiting >= least) {
        knots.add(sorted.at(from));
        waiting = 0;
      } else if (waiting >= wanted) {
        knots.add(sorted.at(from));
        waiting = Math.min(waiting - wanted, wanted);
      }
    }
    double most = sorted.at(size - 1);
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
        if (counts.size() > MOST_COUNTED && cells instanceof DiskColumn) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "column %s: expected at most %,d categories in a table on disk, found more;"
                      + " leave it out with --drop",
                  PlainText.quote(name),
                  MOST_COUNTED));
        }
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
    DateTexts texts = new DateTexts(form);
    EncodedColumn.Numeric hours = part(name, cells, texts, DateForm::hour, options);
    BitSet weekdays = new BitSet();
    for (int row = 0; row < cells.size(); row++) {
      double seconds = seconds(cells, texts, row);
      if (!Double.isNaN(seconds)) {
        weekdays.set(DateForm.weekday(seconds));
      }
    }
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
        part(name, cells, texts, s -> s / DateForm.DAY, options),
        hours.spread() > 0 ? withoutMark : null,
        weekdays.cardinality() > 1);
  }

  private static double seconds(TableColumn cells, DateTexts texts, int row) {
    String text = cells.text(row);
    return text == null ? Double.NaN : texts.seconds(text);
  }

  /** Numbers that are made of the moments that are not missing. */
  private static EncodedColumn.Numeric part(
      String name,
      TableColumn cells,
      DateTexts texts,
      DoubleUnaryOperator of,
      TableEncoder.Options options) {
    SortedNumbers sorted =
        cells.sorted(
            row -> {
              double seconds = seconds(cells, texts, row);
              return Double.isNaN(seconds) ? seconds : of.applyAsDouble(seconds);
            });
    return numeric(name, sorted, cells.size(), options);
  }
}
