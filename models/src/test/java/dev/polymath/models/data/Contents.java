package dev.polymath.models.data;

import java.util.List;
import java.util.stream.IntStream;

/** What is in a data set. */
final class Contents {

  private Contents() {}

  static float[] row(DataSet data, int example) {
    float[] row = new float[data.features()];
    data.copyFeatures(example, row, 0);
    return row;
  }

  static List<String> labels(DataSet data) {
    return IntStream.range(0, data.size())
        .mapToObj(i -> data.classNames().get(data.label(i)))
        .toList();
  }
}
