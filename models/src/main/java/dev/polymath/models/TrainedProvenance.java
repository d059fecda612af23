package dev.polymath.models;

import dev.polymath.BackendInfo;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Task;
import dev.polymath.models.io.Provenance;
import dev.polymath.models.metrics.LabelEvaluation;
import dev.polymath.models.metrics.RegressionEvaluation;
import dev.polymath.models.metrics.RegressionPredictions;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingInterruptedException;
import dev.polymath.models.training.TrainingOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a training run adds to a model's provenance. */
final class TrainedProvenance {

  private TrainedProvenance() {}

  static Provenance after(
      Provenance before, BackendInfo backend, TrainingHistory history, DataSet data) {
    TrainingOptions options = history.options();
    Provenance after =
        before
            .withSoftware(libraryVersion(), backend.name(), backend.version())
            .withDataSet(null, data.fingerprint())
            .withTraining(before.epochs() + history.kept(), options.toMap());
    if (data.task() == Task.REGRESSION) {
      double error = history.keptEpoch().validationRmse();
      return after.withRmse(Double.isNaN(error) ? null : error, null);
    }
    double validation = history.keptEpoch().validationAccuracy();
    return Double.isNaN(validation) ? after : after.withValidationAccuracy(validation);
  }

  /** What a training run adds that was broken off: the recipe says where. */
  static Provenance interrupted(
      Provenance before,
      BackendInfo backend,
      TrainingOptions options,
      TrainingInterruptedException interruption,
      DataSet data) {
    Map<String, String> recipe = new LinkedHashMap<>(options.toMap());
    recipe.put("interrupted", "after step " + interruption.step() + " of " + interruption.steps());
    return before
        .withSoftware(libraryVersion(), backend.name(), backend.version())
        .withDataSet(null, data.fingerprint())
        .withTraining(before.epochs() + interruption.ended(), recipe);
  }

  /** The figures of several members together, in place of those of the first alone. */
  static Provenance together(Provenance first, Unseen unseen) {
    if (unseen.classes() != null) {
      return first.withValidationAccuracy(unseen.classes().confusion().accuracy());
    }
    if (unseen.labels() != null) {
      return first.withValidationAccuracy(LabelEvaluation.of(unseen.labels()).accuracy());
    }
    RegressionPredictions numbers = unseen.numbers();
    if (numbers == null || numbers.targets() > 1) {
      return first;
    }
    double rmse = RegressionEvaluation.of(numbers).targets().get(0).rmse();
    return first.withRmse(rmse, first.testRmse());
  }

  /**
   * What data that arrived one by one add. They have no fingerprint, and count as one epoch.
   *
   * @param dataSets how many arrived
   * @param examples how many they had together
   */
  static Provenance afterParts(
      Provenance before,
      BackendInfo backend,
      TrainingOptions options,
      int dataSets,
      long examples) {
    Map<String, String> recipe = new LinkedHashMap<>(options.toMap());
    recipe.put("dataSets", Integer.toString(dataSets));
    recipe.put("examples", Long.toString(examples));
    return before
        .withSoftware(libraryVersion(), backend.name(), backend.version())
        .withDataSet(null, null)
        .withTraining(before.epochs() + 1, recipe);
  }

  private static @Nullable String libraryVersion() {
    // A named module hides the manifest, and a class path has no modules.
    Module module = TrainedProvenance.class.getModule();
    return module.isNamed()
        ? module.getDescriptor().rawVersion().orElse(null)
        : TrainedProvenance.class.getPackage().getImplementationVersion();
  }
}
