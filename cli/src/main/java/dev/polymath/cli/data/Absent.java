package dev.polymath.cli.data;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Says which classes or labels a part of the data has none of. */
final class Absent {

  private Absent() {}

  static void note(DataSet train, DataSet test, Consumer<String> notes) {
    if (test.task() == Task.LABELS) {
      List<String> learned = without(train);
      if (!learned.isEmpty()) {
        notes.accept("the training examples have none of the labels " + learned);
      }
    }
    List<String> absent = without(test);
    // Of fewer rows than classes some cannot be there.
    if (!absent.isEmpty() && test.size() >= test.outputs()) {
      notes.accept(
          "the test examples have none of the "
              + (test.task() == Task.LABELS ? "labels " : "classes ")
              + absent);
    }
  }

  private static List<String> without(DataSet data) {
    List<String> absent = new ArrayList<>();
    if (data.task() == Task.REGRESSION) {
      return absent;
    }
    boolean[] there = new boolean[data.outputs()];
    for (int i = 0; i < data.size(); i++) {
      if (data.task() == Task.CLASSIFICATION) {
        there[data.label(i)] = true;
      } else {
        for (int j = 0; j < there.length; j++) {
          there[j] |= data.target(i, j) == 1;
        }
      }
    }
    for (int c = 0; c < there.length; c++) {
      if (!there[c]) {
        absent.add(data.outputNames().get(c));
      }
    }
    return absent;
  }
}
