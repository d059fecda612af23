package dev.polymath.models;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelInput;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a classifier knows of its data, to which further data are brought.
 *
 * @param classNames null where the classes have no names yet
 * @param input null where the features have no meaning yet
 */
record KnownData(
    int inputs, int classes, @Nullable List<String> classNames, @Nullable ModelInput input) {

  /** The data with these classes and features. */
  DataSet matched(String operation, DataSet data) {
    requireFit(operation, data);
    try {
      DataSet named = classNames == null ? data : data.withClassNames(classNames);
      return input == null ? named : named.fittedTo(input);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(operation + ": " + e.getMessage(), e);
    }
  }

  private void requireFit(String operation, DataSet data) {
    boolean byName =
        input != null && !input.table().names().isEmpty() && !data.featureNames().isEmpty();
    if (!byName && data.features() != inputs || classNames == null && data.classes() != classes) {
      throw new IllegalArgumentException(
          operation
              + ": the classifier has "
              + inputs
              + " inputs and "
              + classes
              + " classes, the data set "
              + data.features()
              + " features and "
              + data.classes()
              + " classes");
    }
  }
}
