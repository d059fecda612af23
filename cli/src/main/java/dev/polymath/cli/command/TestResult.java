package dev.polymath.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.polymath.cli.data.TrainingData;
import dev.polymath.cli.terminal.TargetNumber;
import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import dev.polymath.models.Regressor;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.io.Provenance;
import dev.polymath.models.metrics.Evaluation;
import dev.polymath.models.metrics.RegressionEvaluation;
import java.io.IOException;

/** What a model does on test examples, whatever it computes. */
sealed interface TestResult {

  static TestResult of(Model model, DataSet examples) {
    return model instanceof Regressor regressor
        ? new Numbers(regressor.evaluate(examples))
        : new Classes(((Classifier) model).evaluate(examples));
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
  record Classes(Evaluation evaluation) implements TestResult {

    @Override
    public String text() {
      return evaluation.toString();
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
    }
  }

  /** Of a regressor. */
  record Numbers(RegressionEvaluation evaluation) implements TestResult {

    /** The figures, and beside them what always saying the mean would get. */
    @Override
    public String text() {
      return evaluation.targets().size() > 1
          ? evaluation.toString()
          : evaluation
              + System.lineSeparator()
              + "      always saying the mean of these: RMSE "
              + TargetNumber.text(evaluation.targets().get(0).deviation());
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
