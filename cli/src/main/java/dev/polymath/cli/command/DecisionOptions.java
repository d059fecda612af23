package dev.polymath.cli.command;

import dev.polymath.cli.terminal.Heading;
import dev.polymath.models.Classifier;
import dev.polymath.models.MultiLabelClassifier;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput.Threshold;
import dev.polymath.models.data.Task;
import dev.polymath.models.metrics.Aim;
import dev.polymath.models.metrics.Calibration;
import dev.polymath.models.metrics.ConfusionMatrix;
import dev.polymath.models.metrics.LabelEvaluation;
import dev.polymath.models.metrics.LabelPredictions;
import dev.polymath.models.metrics.Predictions;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingListener;
import dev.polymath.models.training.TrainingOptions;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import picocli.CommandLine.TypeConversionException;

/** What becomes of a trained classifier's probabilities. */
@Heading("Decision options:")
final class DecisionOptions {

  private static final int BINS = 10;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Mixin private PositiveOption positive;

  @Option(
      names = "--aim",
      paramLabel = "AIM",
      converter = AimText.class,
      description =
          "Of two classes: choose the probability from which on the positive one is predicted, on the"
              + " examples of --validation, for the best f1 or accuracy, or for recall=0.9 or"
              + " precision=0.6. Of labels for each. The model keeps it. Default: the more probable"
              + " class; labels from 0.5 on.")
  private @Nullable Aim aim;

  @Option(
      names = "--calibrate",
      description =
          "Make the probabilities as sure as they should be, by the examples of --validation: fits a"
              + " temperature, which the model's last layer takes in.")
  private boolean calibrate;

  private final CalibrationText calibration = new CalibrationText();

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  DecisionOptions() {}

  /**
   * Finds mistakes before the training.
   *
   * @return the number of the positive class; −1 where there are not two classes
   */
  int check(DataSet train, TrainingOptions options) {
    if (train.task() == Task.REGRESSION) {
      require("--positive", !positive.given(), "expected data of two classes, found numbers");
      require("--aim", aim == null, "expected data of two classes, found numbers");
      require("--calibrate", !calibrate, "expected data of classes, found numbers");
      return -1;
    }
    String held = "works on examples held out, such as by --validation 0.2";
    boolean holdsOut = options.validation() > 0 || options.folds() > 0;
    require("--aim", aim == null || holdsOut, held);
    require("--calibrate", !calibrate || holdsOut, held);
    if (train.task() == Task.LABELS) {
      require("--positive", !positive.given(), "expected data of two classes, found labels");
      return -1;
    }
    int[] counts = counts(train);
    require(
        "--aim",
        aim == null || counts.length == 2,
        "expected data of two classes, found " + counts.length);
    if (counts.length != 2) {
      return positive.among(train.classNames(), -1);
    }
    if (aim != null) {
      // Folds hold out each example once.
      int[] heldOut = options.folds() > 0 ? counts : counts(held(train, options));
      require(
          "--aim",
          heldOut[0] > 0 && heldOut[1] > 0,
          "both classes must be among the "
              + (heldOut[0] + heldOut[1])
              + " examples held out; a larger --validation may help");
    }
    return positive.among(train.classNames(), counts[0] < counts[1] ? 0 : 1);
  }

  private void require(String option, boolean met, String message) {
    if (!met) {
      throw new ParameterException(spec.commandLine(), option + ": " + message);
    }
  }

  private static int[] counts(DataSet data) {
    int[] counts = new int[data.classes()];
    for (int i = 0; i < data.size(); i++) {
      counts[data.label(i)]++;
    }
    return counts;
  }

  /** What the training has held out. */
  private static DataSet held(DataSet train, TrainingOptions options) {
    return train.split(options.validation(), options.seed()).test();
  }

  /** The options with what was asked for, and an ear for what becomes of it. */
  TrainingOptions addTo(TrainingOptions options) {
    TrainingOptions asked = calibrate ? options.calibrate(true) : options;
    return asked.listener(calibration);
  }

  /** Hears how probabilities were calibrated. */
  private static final class CalibrationText implements TrainingListener {

    private double temperature = Double.NaN;
    private double before;
    private double after;

    @Override
    public void epoch(TrainingHistory.Epoch result) {}

    @Override
    public void calibrated(double temperature, Predictions before, Predictions after) {
      this.temperature = temperature;
      this.before = error(before);
      this.after = error(after);
    }

    private static double error(Predictions predictions) {
      return 100 * Calibration.of(predictions, BINS).error();
    }

    /**
     * A line for a person.
     *
     * @param unseen what the model says of examples held out; null where none were
     */
    String line(@Nullable Predictions unseen) {
      if (unseen == null) {
        return "calibration  none: the recipe holds no example out to fit it on; --validation 0.1"
            + " --calibrate does";
      }
      String held = String.format(Locale.ROOT, "on %,d examples held out", unseen.size());
      return Double.isNaN(temperature)
          ? String.format(Locale.ROOT, "calibration  none: ECE %.2f %% %s", error(unseen), held)
          : String.format(
              Locale.ROOT,
              "calibration  temperature %.3f; ECE %.2f %% before and %.2f %% after, %s",
              temperature,
              before,
              after,
              held);
    }
  }

  /** Says how a trained classifier was calibrated, and chooses its threshold. */
  void applyTo(Classifier model, int positive, PrintWriter print) {
    Predictions predictions = model.heldOut().orElse(null);
    print.println();
    print.println(calibration.line(predictions));
    if (predictions == null) {
      return;
    }
    int held = predictions.size();
    if (aim != null) {
      Threshold chosen = aim.choose(predictions, positive);
      model.threshold(chosen);
      ConfusionMatrix decided = predictions.withThreshold(chosen).confusion();
      print.printf(
          Locale.ROOT,
          "threshold    %s; chosen for %s on %,d examples held out: recall %.2f %%, precision %.2f"
              + " %%%s%n",
          text(chosen, model.classNames()),
          aim,
          held,
          100 * decided.recall(positive),
          100 * decided.precision(positive),
          aim.isReachedBy(decided, positive) ? "" : ", so the aim is not reached");
    }
  }

  /** The same of a classifier of several labels, which gets a threshold for each. */
  void applyTo(MultiLabelClassifier model, PrintWriter print) {
    LabelPredictions predictions = model.heldOut().orElse(null);
    if (predictions == null) {
      return;
    }
    if (model.temperature() != 1) {
      print.println();
      print.printf(
          Locale.ROOT,
          "calibration  temperature %.3f; on %,d examples held out, ECE %.2f %%%n",
          model.temperature(),
          predictions.size(),
          100 * Calibration.of(predictions.pooled(), BINS).error());
    }
    if (aim != null) {
      double[] chosen = aim.thresholds(predictions);
      model.thresholds(chosen);
      LabelEvaluation decided = LabelEvaluation.of(predictions.withThresholds(chosen));
      print.printf(
          Locale.ROOT,
          "thresholds   chosen for %s on %,d examples held out: micro F1 %.4f, macro F1 %.4f%n",
          aim,
          predictions.size(),
          decided.microF1(),
          decided.macroF1());
    }
  }

  /** In words. */
  static String text(Threshold threshold, List<String> classNames) {
    return String.format(
        Locale.ROOT,
        "%s from a probability of %.4f on",
        classNames.get(threshold.positive()),
        threshold.probability());
  }

  /** The text of an {@link Aim}. */
  static final class AimText implements ITypeConverter<Aim> {

    @Override
    public Aim convert(String text) {
      try {
        return Aim.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(
            String.valueOf(e.getMessage()).replaceFirst("^aim: ", ""));
      }
    }
  }
}
