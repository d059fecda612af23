package dev.polymath.models;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One class with the probability that a classifier gives it.
 *
 * @param label the class's number, from 0
 * @param name the class's name
 * @param probability from 0 to 1
 */
public record Prediction(int label, String name, float probability) {

  /**
   * The k most probable classes, the most probable first.
   *
   * @param first the number of a class that goes before all others; −1 for none
   */
  static List<Prediction> best(int k, List<String> names, float[] probabilities, int first) {
    return IntStream.range(0, probabilities.length)
        .mapToObj(c -> new Prediction(c, names.get(c), probabilities[c]))
        .sorted(
            Comparator.comparing((Prediction p) -> p.label() != first)
                .thenComparing(Comparator.comparingDouble(Prediction::probability).reversed()))
        .limit(k)
        .toList();
  }
}
