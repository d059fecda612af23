package dev.polymath.server;

import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import dev.polymath.models.MultiLabelClassifier;
import java.util.List;

/**
 * An output of a model, as the Open Inference Protocol describes it.
 *
 * @param width elements of a row; 0 where a row is one element without a side of its own
 * @param binary whether it is wanted in binary
 */
record OutputTensor(String name, Datatype datatype, int width, boolean binary) {

  static final String PROBABILITIES = "probabilities";
  static final String CLASS = "class";
  static final String LABEL = "label";
  static final String PREDICTION = "prediction";

  static List<OutputTensor> of(Model model) {
    return model instanceof Classifier classifier
        ? List.of(
            new OutputTensor(PROBABILITIES, Datatype.FP32, classifier.classes(), false),
            new OutputTensor(CLASS, Datatype.INT64, 0, false),
            new OutputTensor(LABEL, Datatype.BYTES, 0, false))
        : List.of(
            model instanceof MultiLabelClassifier labels
                ? new OutputTensor(PROBABILITIES, Datatype.FP32, labels.labels(), false)
                : new OutputTensor(PREDICTION, Datatype.FP64, model.outputNames().size(), false));
  }

  long[] shape(long rows) {
    return width == 0 ? new long[] {rows} : new long[] {rows, width};
  }

  OutputTensor inBinary(boolean wanted) {
    return new OutputTensor(name, datatype, width, wanted);
  }
}
