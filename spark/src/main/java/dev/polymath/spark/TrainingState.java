package dev.polymath.spark;

import dev.polymath.models.training.LocalSteps;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parameters and what the optimizer remembers, as they travel between driver and executors.
 *
 * @param tensors names of the tensors, in order
 * @param values of each tensor
 * @param counters names of the numbers, in order
 * @param numbers the numbers
 */
record TrainingState(String[] tensors, float[][] values, String[] counters, double[] numbers)
    implements Serializable {

  static TrainingState of(LocalSteps.State state) {
    return new TrainingState(
        state.tensors().keySet().toArray(new String[0]),
        state.tensors().values().toArray(new float[0][]),
        state.numbers().keySet().toArray(new String[0]),
        state.numbers().values().stream().mapToDouble(Double::doubleValue).toArray());
  }

  LocalSteps.State state() {
    Map<String, float[]> named = new LinkedHashMap<>();
    for (int i = 0; i < tensors.length; i++) {
      named.put(tensors[i], values[i]);
    }
    Map<String, Double> counted = new LinkedHashMap<>();
    for (int i = 0; i < counters.length; i++) {
      counted.put(counters[i], numbers[i]);
    }
    return new LocalSteps.State(named, counted);
  }

  /**
   * The mean of what shards have come to, in the order given: other orders would round otherwise.
   *
   * @param rows how many rows each has trained on, which it counts for
   */
  static TrainingState mean(List<TrainingState> states, List<Long> rows) {
    if (states.size() == 1) {
      return states.get(0);
    }
    double all = 0;
    for (long count : rows) {
      all += count;
    }
    TrainingState first = states.get(0);
    List<float[]> means = new ArrayList<>();
    for (int t = 0; t < first.values.length; t++) {
      double[] sums = new double[first.values[t].length];
      for (int s = 0; s < states.size(); s++) {
        double part = rows.get(s) / all;
        float[] own = states.get(s).values[t];
        for (int i = 0; i < sums.length; i++) {
          sums[i] += part * own[i];
        }
      }
      float[] mean = new float[sums.length];
      for (int i = 0; i < mean.length; i++) {
        mean[i] = (float) sums[i];
      }
      means.add(mean);
    }
    // Counters go with the number of steps, which is the same for all.
    return new TrainingState(
        first.tensors, means.toArray(new float[0][]), first.counters, first.numbers);
  }
}
