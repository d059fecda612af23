package dev.polymath.models.training;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.network.Network;
import dev.polymath.models.passes.GradientPass;
import org.jspecify.annotations.Nullable;

/**
 * The examples of a run.
 *
 * @param train those it learns from
 * @param validation those it is evaluated on after each epoch; null where there are none
 */
record Parts(DataSet train, @Nullable DataSet validation) {

  /**
   * @param held validation examples of their own; null where the options decide what is held out
   */
  static Parts of(Network network, DataSet data, @Nullable DataSet held, TrainingOptions options) {
    Parts parts = split(network, data, held, options);
    String wanting =
        options.patience() > 0
            ? "patience"
            : options.calibrate()
                ? "calibrate"
                : options.keepBest()
                    ? "keepBest"
                    : options.schedule().followsValidation() ? options.schedule().toString() : null;
    if (parts.validation == null && wanting != null) {
      throw new IllegalArgumentException(
          wanting
              + ": expected validation examples, found none: set validation, the fraction held"
              + " out, or give them beside the training examples");
    }
    return parts;
  }

  private static Parts split(
      Network network, DataSet data, @Nullable DataSet held, TrainingOptions options) {
    if (held != null) {
      if (options.validation() > 0) {
        throw new IllegalArgumentException(
            "validation: expected a fraction or validation examples of their own, found both: "
                + options.validation()
                + " and "
                + held.size()
                + " examples");
      }
      GradientPass.requireFit("train: validation", network, held);
      return new Parts(data, held);
    }
    if (options.validation() > 0) {
      TrainTest parts = data.split(options.validation(), options.seed());
      return new Parts(parts.train(), parts.test());
    }
    return new Parts(data, null);
  }
}
