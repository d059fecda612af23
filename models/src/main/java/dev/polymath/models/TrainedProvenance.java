package dev.polymath.models;

import dev.polymath.BackendInfo;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Task;
import dev.polymath.models.io.Provenance;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingOptions;
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

  private static @Nullable String libraryVersion() {
    // A named module hides the manifest, and a class path has no modules.
    Module module = TrainedProvenance.class.getModule();
    return module.isNamed()
        ? module.getDescriptor().rawVersion().orElse(null)
        : TrainedProvenance.class.getPackage().getImplementationVersion();
  }
}
