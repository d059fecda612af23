package dev.polymath.models.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * How well several labels were predicted. With n examples i of L labels j, of which each example
 * has y_ij ∈ {0, 1}, was given the probability p_ij and is predicted ŷ_ij:
 *
 * <pre>{@code
 * logLoss        = −1/(nL) · Σ Σ ln(p_ij where y_ij = 1, otherwise 1 − p_ij)
 * hammingLoss    = 1/(nL) · Σ Σ [ŷ_ij ≠ y_ij]
 * subsetAccuracy = 1/n · Σ_i [ŷ_ij = y_ij for all j]
 * F1             = 2 · TP / (2 · TP + FP + FN)
 * }</pre>
 *
 * @param examples how many, at least 1
 * @param labels the figures of each label, in order
 * @param logLoss mean over examples and labels, in nats; a probability of 0 counts as the smallest
 *     that float32 can hold
 * @param hammingLoss the fraction of labels that are told wrong
 * @param subsetAccuracy the fraction of examples of which all labels are told right
 * @param microF1 F1 of the sums over all labels; NaN where nothing is there and nothing predicted
 */
public record LabelEvaluation(
    int examples,
    List<Figures> labels,
    double logLoss,
    double hammingLoss,
    double subsetAccuracy,
    double microF1) {

  /**
   * The figures of one label.
   *
   * @param name of the label
   * @param threshold from which probability on it is predicted
   * @param support how many examples have it
   * @param predicted how many are predicted to have it
   * @param found how many of those that have it are predicted to
   * @param rocAuc {@link Ranking#rocAuc()}; NaN where all examples have it, or none
   * @param averagePrecision {@link Ranking#averagePrecision()}, likewise (PR-AUC)
   */
  public record Figures(
      String name,
      double threshold,
      long support,
      long predicted,
      long found,
      double rocAuc,
      double averagePrecision) {

    /** Of those predicted to have it, the fraction that has it; NaN if there are none. */
    public double precision() {
      return (double) found / predicted;
    }

    /** Of those that have it, the fraction predicted to; NaN if there are none. */
    public double recall() {
      return (double) found / support;
    }

    /** 2 · found / (support + predicted); NaN if both are 0. */
    public double f1() {
      return 2.0 * found / (support + predicted);
    }
  }

  public LabelEvaluation {
    labels = List.copyOf(labels);
    if (labels.isEmpty()) {
      throw new IllegalArgumentException("evaluation: expected at least one label, found none");
    }
  }

  /** The figures of predictions. */
  public static LabelEvaluation of(LabelPredictions predictions) {
    List<Figures> figures = new ArrayList<>();
    long support = 0;
    long predicted = 0;
    long found = 0;
    for (int j = 0; j < predictions.labels(); j++) {
      Figures f = figures(predictions, j);
      figures.add(f);
      support += f.support();
      predicted += f.predicted();
      found += f.found();
    }
    long wrong = 0;
    long allRight = 0;
    for (int i = 0; i < predictions.size(); i++) {
      int mistakes = predictions.wrong(i);
      wrong += mistakes;
      allRight += mistakes == 0 ? 1 : 0;
    }
    double n = predictions.size();
    return new LabelEvaluation(
        predictions.size(),
        figures,
        Scores.of(predictions.pooled(), 1).logLoss(),
        wrong / (n * predictions.labels()),
        allRight / n,
        2.0 * found / (support + predicted));
  }

  private static Figures figures(LabelPredictions predictions, int label) {
    Predictions two = predictions.of(label);
    Ranking ranking = Ranking.of(two, 1);
    long support = 0;
    long predicted = 0;
    long found = 0;
    for (int i = 0; i < predictions.size(); i++) {
      boolean has = predictions.has(i, label);
      boolean said = predictions.predicted(i, label);
      support += has ? 1 : 0;
      predicted += said ? 1 : 0;
      found += has && said ? 1 : 0;
    }
    return new Figures(
        predictions.names().get(label),
        predictions.threshold(label),
        support,
        predicted,
        found,
        ranking.hasBoth() ? ranking.rocAuc() : Double.NaN,
        ranking.averagePrecision());
  }

  /** The fraction of labels that are told right: 1 − {@link #hammingLoss()}. */
  public double accuracy() {
    return 1 - hammingLoss;
  }

  /** The mean F1 of the labels that some example has or is predicted to have. */
  public double macroF1() {
    return mean(Figures::f1);
  }

  /** The mean ROC-AUC of the labels that some examples have and others have not. */
  public double rocAuc() {
    return mean(Figures::rocAuc);
  }

  /** The mean PR-AUC of the same labels. */
  public double averagePrecision() {
    return mean(Figures::averagePrecision);
  }

  private double mean(ToDoubleFunction<Figures> figure) {
    return labels.stream()
        .mapToDouble(figure)
        .filter(value -> !Double.isNaN(value))
        .average()
        .orElse(Double.NaN);
  }

  /**
   * The fraction of labels told right by always saying of each label what most of these examples
   * are.
   */
  public double baseline() {
    return labels.stream()
        .mapToDouble(f -> (double) Math.max(f.support(), examples - f.support()) / examples)
        .average()
        .orElse(Double.NaN);
  }

  /**
   * In one line, such as {@code micro F1 0.8123, macro F1 0.7012, ROC-AUC 0.9311 (mean over
   * labels), all labels right 61.20 %, Hamming loss 0.0812, log loss 0.2110, 500 examples}.
   */
  public String summary() {
    return "micro F1 "
        + text(microF1)
        + ", macro F1 "
        + text(macroF1())
        + ", ROC-AUC "
        + text(rocAuc())
        + " (mean over labels), all labels right "
        + String.format(Locale.ROOT, "%.2f %%", 100 * subsetAccuracy)
        + ", Hamming loss "
        + text(hammingLoss)
        + ", log loss "
        + text(logLoss)
        + ", "
        + examples
        + (examples == 1 ? " example" : " examples");
  }

  private static String text(double value) {
    return Double.isNaN(value) ? "undefined" : String.format(Locale.ROOT, "%.4f", value);
  }

  /** The summary, and a line for each label. */
  @Override
  public String toString() {
    int width = labels.stream().mapToInt(f -> length(f.name())).max().orElse(0);
    StringBuilder text = new StringBuilder(summary());
    text.append("\n\n").append(padded("label", width));
    text.append("  examples  precision  recall      F1  ROC-AUC  threshold");
    for (Figures f : labels) {
      text.append('\n').append(padded(f.name(), width));
      text.append(
          String.format(
              Locale.ROOT,
              "  %,8d  %9s  %6s  %6s  %7s  %9.4f",
              f.support(),
              cell(f.precision()),
              cell(f.recall()),
              cell(f.f1()),
              cell(f.rocAuc()),
              f.threshold()));
    }
    return text.toString();
  }

  private static String cell(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.4f", value);
  }

  private static int length(String name) {
    return Math.max("label".length(), name.codePointCount(0, name.length()));
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.codePointCount(0, text.length())));
  }
}
