package dev.polymath.report;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.EncodedColumn;
import dev.polymath.models.data.FeatureStatistics;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.TableEncoder;
import dev.polymath.report.chart.Format;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is unlike the other examples in one of them: numbers far from their mean, and values that
 * few have. Of a table these are its columns with the values of its cells, whatever features were
 * made of them.
 */
final class Unusual {

  private static final int MOST = 3;
  private static final int LONGEST = 28;

  private final DataSet data;
  private final FeatureStatistics usual;
  private final @Nullable TableEncoder encoder;
  private final float[] features;

  Unusual(DataSet data) {
    this.data = data;
    this.usual = data.featureStatistics();
    this.encoder = data.input() instanceof ModelInput.Columns columns ? columns.encoder() : null;
    this.features = new float[data.features()];
  }

  /** The head of the column of {@link #of(int)}. */
  String head() {
    return encoder == null ? "most unusual features" : "most unusual columns";
  }

  /** What the figures in brackets are. */
  String legend() {
    String far = "σ: how far from the mean of the test examples, in standard deviations.";
    return encoder == null ? far : far + " %: how many of them have the same value.";
  }

  /**
   * A value, and how unusual it is.
   *
   * @param distance from the mean in standard deviations; for a value of a category, that of 1 for
   *     those that have it and 0 for the others
   */
  private record Finding(double distance, String text) {}

  /** The most unusual of an example, in words. */
  String of(int example) {
    data.copyFeatures(example, features, 0);
    List<Finding> findings = encoder == null ? plain() : columns(encoder);
    return findings.stream()
        .sorted(Comparator.comparingDouble(finding -> -finding.distance()))
        .limit(MOST)
        .map(Finding::text)
        .collect(Collectors.joining("; "));
  }

  private List<Finding> plain() {
    List<Finding> findings = new ArrayList<>();
    for (int f = 0; f < features.length; f++) {
      findings.add(number(name(f), Format.significant(features[f]), f));
    }
    return findings;
  }

  /** As the table's header has it, unless that only counts. */
  private String name(int f) {
    List<String> names = data.featureNames();
    String name = names.isEmpty() ? "" : names.get(f);
    return name.isEmpty() || name.chars().allMatch(Character::isDigit)
        ? "feature " + (f + 1)
        : name;
  }

  private List<Finding> columns(TableEncoder encoder) {
    List<Finding> findings = new ArrayList<>();
    List<EncodedColumn> columns = encoder.columns();
    int at = 0;
    for (int c = 0; c < columns.size(); c++) {
      EncodedColumn column = columns.get(c);
      if (column.width() > 0) {
        String name = encoder.columnNames().get(c);
        String cell = encoder.cell(c, features);
        int marked = marked(column, at);
        findings.add(marked < 0 ? number(name, cell, at) : value(name, cell, marked));
      }
      at += column.width();
    }
    return findings;
  }

  /**
   * The feature that is 1 for the examples with the same value of a category, or that miss a number
   * too; −1 where a number is there. Of a category that training did not know all features are 0:
   * then it is the number of features.
   */
  private int marked(EncodedColumn column, int at) {
    if (column instanceof EncodedColumn.Category) {
      for (int f = at; f < at + column.width(); f++) {
        if (features[f] != 0) {
          return f;
        }
      }
      return features.length;
    }
    EncodedColumn.Numeric number =
        column instanceof EncodedColumn.Dates dates ? dates.days() : (EncodedColumn.Numeric) column;
    int last = at + number.width() - 1;
    return number.indicator() && features[last] != 0 ? last : -1;
  }

  private Finding number(String name, String text, int f) {
    double deviation = usual.standardDeviation(f);
    double distance = deviation > 0 ? (features[f] - usual.mean(f)) / deviation : 0;
    return new Finding(
        Math.abs(distance),
        String.format(
            Locale.ROOT, "%s is %s (%+.1f σ)", Format.shortened(name, LONGEST), text, distance));
  }

  private Finding value(String name, String text, int f) {
    // One that training did not know is as unusual as can be.
    double share = f < features.length ? usual.mean(f) : 0;
    return new Finding(
        Math.sqrt((1 - share) / Math.max(share, Double.MIN_NORMAL)),
        Format.shortened(name, LONGEST)
            + " is "
            + Format.shortened(text, LONGEST)
            + (share > 0 ? " (" + Format.probability(share) + ")" : ""));
  }
}
