package dev.polymath.models;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.Task;
import dev.polymath.models.network.Network;
import org.jspecify.annotations.Nullable;

/**
 * What data must be like for a model.
 *
 * @param kind what messages call the model: classifier or regressor
 * @param network of the model
 * @param task what it learns
 */
record DataFit(String kind, Network network, Task task) {

  /**
   * Throws unless the data have the model's task and, where names don't tell which is which, as
   * many features and outputs as it has.
   *
   * @param byNumber whether the outputs have no names yet
   * @param input what the features mean; null where that is not known yet
   */
  void require(String operation, DataSet data, boolean byNumber, @Nullable ModelInput input) {
    if (data.task() != task) {
      throw new IllegalArgumentException(
          operation
              + ": the "
              + kind
              + switch (task) {
                case CLASSIFICATION -> " names classes";
                case REGRESSION -> " computes numbers";
                case LABELS -> " tells which of several labels apply";
              }
              + ", the data set has "
              + (data.task() == Task.REGRESSION ? "numeric targets " : words(data.task()))
              + data.outputNames());
    }
    boolean byName =
        input != null && !input.table().names().isEmpty() && !data.featureNames().isEmpty();
    if (!byName && data.features() != network.inputs()
        || byNumber && data.outputs() != network.outputs()) {
      String outputs = " " + words(task).strip();
      throw new IllegalArgumentException(
          operation
              + ": the "
              + kind
              + " has "
              + network.inputs()
              + " inputs and "
              + network.outputs()
              + outputs
              + ", the data set "
              + data.features()
              + " features and "
              + data.outputs()
              + outputs);
    }
  }

  private static String words(Task task) {
    return switch (task) {
      case CLASSIFICATION -> "classes ";
      case REGRESSION -> "targets ";
      case LABELS -> "labels ";
    };
  }
}
