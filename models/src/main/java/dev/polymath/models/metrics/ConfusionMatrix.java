package dev.polymath.models.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Counts of predictions: {@code count(a, p)} is how many samples of class {@code a} were predicted
 * as class {@code p}.
 *
 * <p>For class c, with {@code hits = count(c, c)}:
 *
 * <pre>{@code
 * precision = hits / predicted(c)
 * recall    = hits / support(c)
 * f1        = 2 · hits / (predicted(c) + support(c))
 * }</pre>
 *
 * <p>A ratio whose denominator is 0 is 0: a class that is never predicted has precision 0. A macro
 * average is the plain mean over the classes that occur, as actual class or as prediction; a class
 * of the model that the data never shows does not lower it. Without samples accuracy and macro
 * averages are NaN.
 *
 * <p>Not for several threads at once.
 */
public final class ConfusionMatrix {

  /** A wider grid does not fit a terminal; {@link #toString} then leaves the counts out. */
  private static final int WIDEST_GRID = 20;

  private static final String CORNER = "actual \\ predicted";

  private final List<String> classNames;
  private final long[][] counts;

  /** An empty matrix for the classes 0 to {@code classes − 1}, named by their numbers. */
  public ConfusionMatrix(int classes) {
    this(numbers(classes));
  }

  /**
   * An empty matrix.
   *
   * @param classNames at least one, in the order of the classes
   */
  public ConfusionMatrix(List<String> classNames) {
    if (classNames.isEmpty()) {
      throw new IllegalArgumentException("confusion matrix: expected at least 1 class, found 0");
    }
    this.classNames = List.copyOf(classNames);
    this.counts = new long[classNames.size()][classNames.size()];
  }

  private static List<String> numbers(int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException(
          "confusion matrix: expected at least 1 class, found " + classes);
    }
    return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }

  /** Counts one sample. */
  public void add(int actual, int predicted) {
    check("actual", actual);
    check("predicted", predicted);
    counts[actual][predicted]++;
  }

  /** The names, in the order of the classes. */
  public List<String> classNames() {
    return classNames;
  }

  /** How many classes there are. */
  public int classes() {
    return classNames.size();
  }

  /** How many samples of class {@code actual} were predicted as {@code predicted}. */
  public long count(int actual, int predicted) {
    check("actual", actual);
    check("predicted", predicted);
    return counts[actual][predicted];
  }

  /** How many samples were counted. */
  public long total() {
    return Arrays.stream(counts).flatMapToLong(Arrays::stream).sum();
  }

  /** How many samples were predicted as what they are. */
  public long correct() {
    return IntStream.range(0, classes()).mapToLong(c -> counts[c][c]).sum();
  }

  /** How many samples are of class {@code c}. */
  public long support(int c) {
    check("class", c);
    return Arrays.stream(counts[c]).sum();
  }

  /** How many samples were predicted as class {@code c}. */
  public long predicted(int c) {
    check("class", c);
    return Arrays.stream(counts).mapToLong(row -> row[c]).sum();
  }

  /** {@code correct / total}; NaN without samples. */
  public double accuracy() {
    return (double) correct() / total();
  }

  /** The class with the most samples, the first of equals. */
  public int mostFrequent() {
    int most = 0;
    for (int c = 1; c < classes(); c++) {
      most = support(c) > support(most) ? c : most;
    }
    return most;
  }

  /** The accuracy of always predicting the most frequent class; NaN without samples. */
  public double baseline() {
    return (double) support(mostFrequent()) / total();
  }

  /**
   * The classes that are rare here, those with the lowest recall first: they have samples, and less
   * than half as many as if all classes were equally frequent.
   */
  public List<Integer> rareClasses() {
    double bound = 0.5 * total() / classes();
    return IntStream.range(0, classes())
        .filter(c -> support(c) > 0 && support(c) < bound)
        .boxed()
        .sorted(Comparator.comparingDouble(this::recall))
        .toList();
  }

  /**
   * Of the samples predicted as class {@code c}, the fraction that is of it; 0 if there are none.
   */
  public double precision(int c) {
    return ratio(count(c, c), predicted(c));
  }

  /**
   * Of the samples of class {@code c}, the fraction that was predicted as it; 0 if there are none.
   */
  public double recall(int c) {
    return ratio(count(c, c), support(c));
  }

  /** The harmonic mean of precision and recall; 0 for a class that does not occur. */
  public double f1(int c) {
    return ratio(2 * count(c, c), predicted(c) + support(c));
  }

  /** The mean precision over the classes that occur; NaN without samples. */
  public double macroPrecision() {
    return occurring().mapToDouble(this::precision).average().orElse(Double.NaN);
  }

  /** The mean recall over the classes that occur; NaN without samples. */
  public double macroRecall() {
    return occurring().mapToDouble(this::recall).average().orElse(Double.NaN);
  }

  /** The mean F1 over the classes that occur; NaN without samples. */
  public double macroF1() {
    return occurring().mapToDouble(this::f1).average().orElse(Double.NaN);
  }

  /** The mean recall over the classes that have samples; NaN without samples. */
  public double balancedAccuracy() {
    return IntStream.range(0, classes())
        .filter(c -> support(c) > 0)
        .mapToDouble(this::recall)
        .average()
        .orElse(Double.NaN);
  }

  /**
   * Matthews' correlation of actual and predicted classes, for two classes {@code (tp·tn − fp·fn) /
   * √((tp+fp)(tp+fn)(tn+fp)(tn+fn))}, and Gorodkin's form of it for more: 1 if all are right, 0 for
   * a guess. 0 where all samples are of one class or are predicted as one; NaN without samples.
   */
  public double matthews() {
    double n = total();
    double agreed = 0;
    double actual = 0;
    double predicted = 0;
    for (int c = 0; c < classes(); c++) {
      double s = support(c);
      double p = predicted(c);
      agreed += s * p;
      actual += s * s;
      predicted += p * p;
    }
    double spread = Math.sqrt(n * n - actual) * Math.sqrt(n * n - predicted);
    if (n == 0) {
      return Double.NaN;
    }
    return spread == 0 ? 0 : (n * correct() - agreed) / spread;
  }

  private IntStream occurring() {
    return IntStream.range(0, classes()).filter(c -> support(c) + predicted(c) > 0);
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  private void check(String what, int c) {
    if (c < 0 || c >= classes()) {
      throw new IllegalArgumentException(
          "confusion matrix: " + what + ": expected 0 to " + (classes() - 1) + ", found " + c);
    }
  }

  /**
   * A table for a terminal: a line for each class with its counts, precision, recall, F1 and
   * support, and a last line of macro averages. A zero off the diagonal is a dot. Above 20 classes
   * the counts are left out.
   */
  @Override
  public String toString() {
    if (total() == 0) {
      return "no samples";
    }
    boolean grid = classes() <= WIDEST_GRID;
    List<List<String>> lines = new ArrayList<>();
    List<String> head = new ArrayList<>();
    head.add(grid ? CORNER : "class");
    if (grid) {
      head.addAll(classNames);
    }
    head.addAll(List.of("precision", "recall", "F1", "support"));
    lines.add(head);
    for (int a = 0; a < classes(); a++) {
      List<String> line = new ArrayList<>();
      line.add(classNames.get(a));
      for (int p = 0; grid && p < classes(); p++) {
        line.add(a != p && counts[a][p] == 0 ? "." : Long.toString(counts[a][p]));
      }
      line.addAll(List.of(decimals(precision(a)), decimals(recall(a)), decimals(f1(a))));
      line.add(Long.toString(support(a)));
      lines.add(line);
    }
    List<String> last = new ArrayList<>();
    last.add("macro average");
    for (int p = 0; grid && p < classes(); p++) {
      last.add("");
    }
    last.addAll(List.of(decimals(macroPrecision()), decimals(macroRecall()), decimals(macroF1())));
    last.add(Long.toString(total()));
    lines.add(last);
    return aligned(lines);
  }

  private static String decimals(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  /** Pads each column to its widest cell; all but the first are flush right. */
  private static String aligned(List<List<String>> lines) {
    int[] widths = new int[lines.get(0).size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(line.get(i)));
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      text.append(text.isEmpty() ? "" : "\n");
      for (int i = 0; i < widths.length; i++) {
        String padding = " ".repeat(widths[i] - width(line.get(i)));
        text.append(i == 0 ? line.get(i) + padding : "  " + padding + line.get(i));
      }
    }
    return text.toString();
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
