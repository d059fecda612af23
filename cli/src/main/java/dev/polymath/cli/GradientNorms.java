package dev.polymath.cli;

import dev.polymath.models.EpochResult;
import dev.polymath.models.Network;
import dev.polymath.models.TrainingListener;
import dev.polymath.models.TrainingStep;
import java.io.PrintWriter;
import java.util.Locale;

/** The size of each weight's gradient at the first step and at the last of each epoch. */
final class GradientNorms implements TrainingListener {

  private final PrintWriter out;
  private final RunLog log;
  private final Network network;

  GradientNorms(PrintWriter out, RunLog log, Network network) {
    this.out = out;
    this.log = log;
    this.network = network;
  }

  @Override
  public void step(TrainingStep step) {
    if (step.number() == 1 || step.batch() == step.batches()) {
      report(step);
    }
  }

  @Override
  public void epoch(EpochResult result) {}

  private void report(TrainingStep step) {
    double[] norms = step.gradientNorms();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < norms.length; i++) {
      String name = network.parameters().get(i).name();
      if (name.endsWith(".weight")) {
        text.append(String.format(Locale.ROOT, "  %s %.3g", name, norms[i]));
      }
    }
    out.println("gradient norms at step " + step.number() + ":" + text);
    log.event(
        "gradients",
        json -> {
          json.writeNumberField("step", step.number());
          json.writeObjectFieldStart("norms");
          for (int i = 0; i < norms.length; i++) {
            RunLog.number(json, network.parameters().get(i).name(), norms[i]);
          }
          json.writeEndObject();
        });
  }
}
