package dev.polymath.cli.command;

import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingOptions;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is said of a training run: its recipe, its epochs, and which of them was kept. */
final class RunText {

  private RunText() {}

  /** Two lines, the second from the learning rate on. */
  static String recipe(TrainingOptions options) {
    return options.toMap().entrySet().stream()
        .map(option -> option.getKey() + "=" + option.getValue())
        .collect(Collectors.joining(", "))
        .replace(", learningRate=", ",\n         learningRate=");
  }

  /** Which epoch was kept, where that need not be the last of all. */
  static Optional<String> kept(TrainingHistory history) {
    boolean complete = history.ending() == TrainingHistory.Ending.COMPLETE;
    if (complete && !history.options().keepBest()) {
      return Optional.empty();
    }
    int epochs = history.epochs().size();
    String ended =
        complete
            ? ""
            : ", ended after epoch "
                + epochs
                + (history.ending() == TrainingHistory.Ending.PATIENCE
                    ? ": none was better for " + history.options().patience()
                    : "");
    return Optional.of(
        String.format(
            Locale.ROOT,
            "kept: epoch %d of %d%s%s",
            history.kept(),
            history.last().epochs(),
            history.options().keepBest()
                ? String.format(
                    Locale.ROOT, ", validation loss %.4f", history.keptEpoch().validationLoss())
                : "",
            ended));
  }

  /** An epoch, as a line of the log. */
  static void log(RunLog log, TrainingHistory.Epoch e) {
    log.event(
        "epoch",
        json -> {
          json.writeNumberField("epoch", e.epoch());
          RunLog.number(json, "loss", e.loss());
          boolean classes = Double.isNaN(e.trainRmse());
          String figure = classes ? "Accuracy" : "Rmse";
          RunLog.number(json, "train" + figure, classes ? e.trainAccuracy() : e.trainRmse());
          RunLog.number(json, "validationLoss", e.validationLoss());
          RunLog.number(
              json, "validation" + figure, classes ? e.validationAccuracy() : e.validationRmse());
          RunLog.number(json, "samplesPerSecond", e.samplesPerSecond());
          RunLog.number(json, "seconds", e.seconds());
        });
  }
}
