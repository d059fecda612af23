package dev.polymath.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.polymath.models.EpochResult;
import dev.polymath.models.TrainingDivergedException;
import dev.polymath.models.TrainingListener;
import dev.polymath.models.TrainingOptions;
import dev.polymath.models.monitor.LayerSample;
import dev.polymath.models.monitor.StepSample;
import dev.polymath.models.monitor.TrainingMonitor;
import java.io.IOException;
import java.util.List;

/** Has a run watched, and keeps what was seen in the log. */
final class Watch implements TrainingListener {

  private final TrainingMonitor monitor;
  private final RunLog log;
  private int logged;

  Watch(TrainingMonitor monitor, RunLog log) {
    this.monitor = monitor;
    this.log = log;
  }

  /** The monitor first: it knows more at an epoch's end than before. */
  TrainingOptions heardBy(TrainingOptions options) {
    return options.listener(monitor).listener(this);
  }

  @Override
  public void epoch(EpochResult result) {
    logSamples();
  }

  @Override
  public void diverged(TrainingDivergedException cause) {
    logSamples();
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
    RunLog.number(json, "accuracy", sample.accuracy());
    RunLog.number(json, "confidentlyWrong", sample.confidentlyWrong());
    RunLog.number(json, "learningRate", sample.learningRate());
    json.writeArrayFieldStart("layers");
    for (LayerSample layer : sample.layers()) {
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
