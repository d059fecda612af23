package dev.polymath.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.polymath.cli.data.TrainingData;
import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import dev.polymath.models.MultiLabelClassifier;
import dev.polymath.models.Regressor;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput.Threshold;
import dev.polymath.models.internal.NumberText;
import dev.polymath.models.io.Provenance;
import dev.polymath.models.metrics.Calibration;
import dev.polymath.models.metrics.Evaluation;
import dev.polymath.models.metrics.LabelEvaluation;
import dev.polymath.models.metrics.LabelPredictions;
import dev.polymath.models.metrics.Predictions;
import dev.polymath.models.metrics.RegressionEvaluation;
import dev.polymath.models.metrics.Scores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a model does on test examples, whatever it computes. */
sealed interface TestResult {

  /** Of more examples on disk, figures that need all predictions in memory are of so many. */
  int MOST_SCORED = 200_000;

  /**
   * Tests a model.
   *
   * @param positive of two classes; −1 for the model's own, or else the rarer one
   */
  static TestResult of(Model model, DataSet examples, int positive) {
    DataSet some = examples.sample(MOST_SCORED);
    if (model instanceof Regressor regressor) {
      return new Numbers(regressor.evaluate(some), examples.size());
    }
    if (model instanceof MultiLabelClassifier labels) {
      LabelPredictions predictions = labels.predictAll(examples);
      return new Labels(
          LabelEvaluation.of(predictions),
          Calibration.of(predictions.pooled(), Classes.BINS).error());
    }
    Classifier classifier = (Classifier) model;
    Predictions predictions = classifier.predictAll(some);
    return new Classes(
        classifier.evaluate(examples),
        positive < 0 ? Scores.of(predictions) : Scores.of(predictions, positive),
        classifier.threshold().orElse(null),
        Calibration.of(predictions, Classes.BINS).error(),
        some.size());
  }

  /** Says of how many examples figures are, where they are not of all. */
  private static String of(int some, int all) {
    return some == all
        ? ""
        : String.format(Locale.ROOT, " (of %,d of the %,d examples, evenly spaced)", some, all);
  }

  /** For people. */
  String text();

  /** What a model file says of it. */
  Provenance recordedIn(Provenance known, TrainingData data);

  /** Lets the verdict take it into account. */
  void conclude(Verdicts verdicts);

  /** Fields of the log's last event. */
  void write(JsonGenerator json) throws IOException;

  /** Of a classifier. */
  record Classes(
      Evaluation evaluation,
      Scores scores,
      @Nullable Threshold threshold,
      double calibrationError,
      int scored)
      implements TestResult {

    private static final int BINS = 10;

    @Override
    public String text() {
      if (evaluation.confusion().total() == 0) {
        return evaluation.toString();
      }
      List<String> lines = new ArrayList<>();
      lines.add(evaluation.summary());
      lines.add(scores.summary() + TestResult.of(scored, (int) evaluation.confusion().total()));
      if (threshold != null) {
        lines.add("decided for " + DecisionOptions.text(threshold, scores.classNames()));
      }
      lines.add("");
      lines.add(evaluation.confusion().toString());
      return String.join(System.lineSeparator(), lines);
    }

    @Override
    public Provenance recordedIn(Provenance known, TrainingData data) {
      return data.recordedIn(known, evaluation.accuracy());
    }

    @Override
    public void conclude(Verdicts verdicts) {
      verdicts.conclude(evaluation);
    }

    @Override
    public void write(JsonGenerator json) throws IOException {
      RunLog.number(json, "testLoss", evaluation.loss());
      RunLog.number(json, "testAccuracy", evaluation.accuracy());
      RunLog.number(json, "testLogLoss", scores.logLoss());
      RunLog.number(json, "testBrier", scores.brier());
      RunLog.number(json, "testRocAuc", scores.rocAuc());
      RunLog.number(json, "testPrAuc", scores.averagePrecision());
      RunLog.number(json, "testBalancedAccuracy", scores.balancedAccuracy());
      RunLog.number(json, "testMatthews", scores.matthews());
      RunLog.number(json, "testCalibrationError", calibrationError);
      if (scores.positive() >= 0) {
        json.writeStringField("positive", scores.classNames().get(scores.positive()));
      }
      if (threshold != null) {
        json.writeNumberField("threshold", threshold.probability());
      }
    }
  }

  /** Of a classifier of several labels. */
  record Labels(LabelEvaluation evaluation, double calibrationError) implements TestResult {

    /** The figures, and beside them what always saying what most examples are would get. */
    @Override
    public String text() {
      return evaluation
          + System.lineSeparator()
          + System.lineSeparator()
          + String.format(
              Locale.ROOT,
              "always saying of each label what most examples are: Hamming loss %.4f",
              1 - evaluation.baseline());
    }

    @Override
    public Provenance recordedIn(Provenance known, TrainingData data) {
      return data.recordedIn(known, evaluation.accuracy());
    }

    @Override
    public void conclude(Verdicts verdicts) {
      verdicts.conclude(evaluation);
    }

    @Override
    public void write(JsonGenerator json) throws IOException {
      RunLog.number(json, "testMicroF1", evaluation.microF1());
      RunLog.number(json, "testMacroF1", evaluation.macroF1());
      RunLog.number(json, "testRocAuc", evaluation.rocAuc());
      RunLog.number(json, "testPrAuc", evaluation.averagePrecision());
      RunLog.number(json, "testSubsetAccuracy", evaluation.subsetAccuracy());
      RunLog.number(json, "testHammingLoss", evaluation.hammingLoss());
      RunLog.number(json, "testLogLoss", evaluation.logLoss());
      RunLog.number(json, "testCalibrationError", calibrationError);
      json.writeArrayFieldStart("testLabels");
      for (LabelEvaluation.Figures f : evaluation.labels()) {
        json.writeStartObject();
        json.writeStringField("label", f.name());
        json.writeNumberField("examples", f.support());
        RunLog.number(json, "threshold", f.threshold());
        RunLog.number(json, "precision", f.precision());
        RunLog.number(json, "recall", f.recall());
        RunLog.number(json, "f1", f.f1());
        RunLog.number(json, "rocAuc", f.rocAuc());
        RunLog.number(json, "prAuc", f.averagePrecision());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
  }

  /** Of a regressor. */
  record Numbers(RegressionEvaluation evaluation, int examples) implements TestResult {

    /** The figures, and beside them what always saying the mean would get. */
    @Override
    public String text() {
      String of = TestResult.of(evaluation.examples(), examples);
      return evaluation.targets().size() > 1
          ? evaluation + of
          : evaluation
              + of
              + System.lineSeparator()
              + "      always saying the mean of these: RMSE "
              + NumberText.text(evaluation.targets().get(0).deviation());
    }

    @Override
    public Provenance recordedIn(Provenance known, TrainingData data) {
      boolean single = evaluation.targets().size() == 1;
      return data.recordedInRegression(known, single ? evaluation.targets().get(0).rmse() : null);
    }

    @Override
    public void conclude(Verdicts verdicts) {
      verdicts.conclude(evaluation);
    }

    @Override
    public void write(JsonGenerator json) throws IOException {
      RunLog.number(json, "testR2", evaluation.r2());
      json.writeArrayFieldStart("testTargets");
      for (RegressionEvaluation.Figures f : evaluation.targets()) {
        json.writeStartObject();
        json.writeStringField("target", f.name());
        RunLog.number(json, "rmse", f.rmse());
        RunLog.number(json, "r2", f.r2());
        RunLog.number(json, "mae", f.mae());
        RunLog.number(json, "medianError", f.medianError());
        RunLog.number(json, "deviation", f.deviation());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
  }
}
