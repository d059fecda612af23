package dev.polymath.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.polymath.models.metrics.Evaluation;
import dev.polymath.models.metrics.LabelEvaluation;
import dev.polymath.models.metrics.RegressionEvaluation;
import dev.polymath.models.monitor.StepSample;
import dev.polymath.models.monitor.TrainingMonitor;
import dev.polymath.models.monitor.Verdict;
import dev.polymath.models.training.TrainingDivergedException;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingListener;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** Keeps what a monitor has seen of a run in the log, and says at the end what it means. */
final class Verdicts implements TrainingListener {

  /** Of the lines printed. */
  private static final int WIDTH = 100;

  private final TrainingMonitor monitor;
  private final RunLog log;
  private final PrintWriter out;
  private int logged;

  Verdicts(TrainingMonitor monitor, RunLog log, PrintWriter out) {
    this.monitor = monitor;
    this.log = log;
    this.out = out;
  }

  /** The monitor first: it knows more at an epoch's end than before. */
  TrainingOptions addTo(TrainingOptions options) {
    return options.listener(monitor).listener(this);
  }

  @Override
  public void epoch(TrainingHistory.Epoch result) {
    logSamples();
  }

  @Override
  public void diverged(TrainingDivergedException cause) {
    logSamples();
    conclude(monitor.verdict());
  }

  /** Prints and logs the verdict on a run that has ended. */
  void conclude(Evaluation test) {
    conclude(monitor.verdict(test));
  }

  /** The same of numeric targets. */
  void conclude(RegressionEvaluation test) {
    conclude(monitor.verdict(test));
  }

  /** The same of several labels. */
  void conclude(LabelEvaluation test) {
    conclude(monitor.verdict(test));
  }

  private void conclude(Verdict verdict) {
    out.println();
    print("verdict  ", "         ", verdict.summary());
    for (Verdict.Finding finding : verdict.findings()) {
      print("       - ", "         ", finding.seen() + ";");
      print("         ", "         ", finding.advice());
    }
    log.event("verdict", json -> write(json, verdict));
  }

  /** In lines of whole words. */
  private void print(String first, String next, String text) {
    StringBuilder line = new StringBuilder(first);
    for (String word : text.split(" ")) {
      if (line.length() > next.length() && line.length() + word.length() > WIDTH) {
        out.println(line.toString().stripTrailing());
        line.setLength(0);
        line.append(next);
      }
      line.append(word).append(' ');
    }
    out.println(line.toString().stripTrailing());
  }

  private static void write(JsonGenerator json, Verdict verdict) throws IOException {
    json.writeStringField("summary", verdict.summary());
    json.writeArrayFieldStart("findings");
    for (Verdict.Finding finding : verdict.findings()) {
      json.writeStartObject();
      json.writeStringField("kind", finding.kind().name());
      json.writeStringField("severity", finding.severity().name());
      json.writeNumberField("layer", finding.layer());
      json.writeStringField("seen", finding.seen());
      json.writeStringField("advice", finding.advice());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void logSamples() {
    List<StepSample> samples = monitor.samples();
    for (StepSample sample : samples.subList(logged, samples.size())) {
      log.event("sample", json -> write(json, sample));
    }
    logged = samples.size();
  }

  private static void write(JsonGenerator json, StepSample sample) throws IOException {
    json.writeNumberField("step", sample.step());
    json.writeNumberField("epoch", sample.epoch());
    RunLog.number(json, "loss", sample.loss());
    if (Double.isNaN(sample.accuracy())) {
      RunLog.number(json, "explained", sample.explained());
    } else {
      RunLog.number(json, "accuracy", sample.accuracy());
      RunLog.number(json, "confidentlyWrong", sample.confidentlyWrong());
    }
    RunLog.number(json, "learningRate", sample.learningRate());
    json.writeArrayFieldStart("layers");
    for (StepSample.LayerSample layer : sample.layers()) {
      json.writeStartObject();
      json.writeNumberField("layer", layer.layer());
      RunLog.number(json, "gradientNorm", layer.gradientNorm());
      RunLog.number(json, "weightNorm", layer.weightNorm());
      RunLog.number(json, "updateRatio", layer.updateRatio());
      RunLog.number(json, "saturated", layer.saturated());
      RunLog.number(json, "dead", layer.dead());
      RunLog.number(json, "mean", layer.mean());
      RunLog.number(json, "deviation", layer.deviation());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
