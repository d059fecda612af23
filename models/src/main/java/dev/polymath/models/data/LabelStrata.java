package dev.polymath.models.data;

import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Examples by the set of labels that they have: a group for each set that some examples have, and
 * one for all rarer sets.
 */
final class LabelStrata {

  /** So many examples with the same labels are a group of their own. */
  private static final int FEWEST_ALIKE = 5;

  private final int labels;
  private final Has has;
  private final Map<BitSet, Integer> groups = new HashMap<>();

  /** Whether an example has a label. */
  @FunctionalInterface
  interface Has {
    boolean label(int example, int label);
  }

  LabelStrata(int examples, int labels, Has has) {
    this.labels = labels;
    this.has = has;
    Map<BitSet, Integer> counts = new LinkedHashMap<>();
    for (int i = 0; i < examples; i++) {
      counts.merge(set(i), 1, Integer::sum);
    }
    counts.forEach(
        (set, count) -> {
          if (count >= FEWEST_ALIKE) {
            groups.put(set, groups.size() + 1);
          }
        });
  }

  private BitSet set(int example) {
    BitSet set = new BitSet(labels);
    for (int j = 0; j < labels; j++) {
      set.set(j, has.label(example, j));
    }
    return set;
  }

  /** The group of an example, 0 for the rarer sets. */
  int of(int example) {
    return groups.getOrDefault(set(example), 0);
  }
}
