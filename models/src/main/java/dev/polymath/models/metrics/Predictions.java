package dev.polymath.models.metrics;

import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.internal.Argmax;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a classifier said about every example of a data set: p [n, classes], a probability for each
 * class of each example, beside the n labels. Immutable.
 */
public final class Predictions {

  private final List<String> classNames;
  private final int[] labels;
  private final float[] probabilities;
  private final ModelOutput.@Nullable Threshold threshold;

  /**
   * @param classNames at least one, in the order of the classes
   * @param labels n class numbers; copied
   * @param probabilities [n, classes] row by row, each from 0 to 1; copied
   */
  public Predictions(List<String> classNames, int[] labels, float[] probabilities) {
    this(classNames, labels, probabilities, null);
  }

  /**
   * The same, where it is decided by a threshold.
   *
   * @param threshold null if the most probable class is predicted
   */
  public Predictions(
      List<String> classNames,
      int[] labels,
      float[] probabilities,
      ModelOutput.@Nullable Threshold threshold) {
    this.threshold = threshold;
    this.classNames = List.copyOf(classNames);
    this.labels = labels.clone();
    this.probabilities = probabilities.clone();
    if (threshold != null && classNames.size() != 2) {
      throw new IllegalArgumentException(
          "predictions: threshold: expected 2 classes, found " + classNames.size());
    }
    if (classNames.isEmpty()) {
      throw new IllegalArgumentException("predictions: expected at least 1 class, found 0");
    }
    long expected = (long) labels.length * classNames.size();
    if (probabilities.length != expected) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "predictions: %d examples of %d classes take %d probabilities, found %d",
              labels.length,
              classNames.size(),
              expected,
              probabilities.length));
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classNames.size()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "predictions: label of example %d: expected 0 to %d, found %d",
                i,
                classNames.size() - 1,
                labels[i]));
      }
    }
    for (int i = 0; i < probabilities.length; i++) {
      if (!(probabilities[i] >= 0 && probabilities[i] <= 1)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "predictions: probability of class %d in example %d: expected 0 to 1, found %s",
                i % classes(),
                i / classes(),
                probabilities[i]));
      }
    }
  }

  /** The names, in the order of the classes. */
  public List<String> classNames() {
    return classNames;
  }

  /** How many classes there are. */
  public int classes() {
    return classNames.size();
  }

  /** How many examples there are. */
  public int size() {
    return labels.length;
  }

  /** The class an example is of. */
  public int label(int example) {
    return labels[example];
  }

  /** The probability that an example was given of being of class {@code c}. */
  public float probability(int example, int c) {
    if (c < 0 || c >= classes()) {
      throw new IndexOutOfBoundsException(
          "class: expected 0 to " + (classes() - 1) + ", found " + c);
    }
    return probabilities[example * classes() + c];
  }

  /** By which it is decided between two classes; empty if the most probable class is predicted. */
  public Optional<ModelOutput.Threshold> threshold() {
    return Optional.ofNullable(threshold);
  }

  /** The same predictions, decided by a threshold. */
  public Predictions withThreshold(ModelOutput.Threshold threshold) {
    return new Predictions(classNames, labels, probabilities, threshold);
  }

  /** The class that is predicted: by the threshold, or the most probable, the first of equals. */
  public int predicted(int example) {
    int at = example * classes();
    return threshold == null
        ? Argmax.of(probabilities, at, classes())
        : threshold.decide(probabilities, at);
  }

  /** The predictions of the examples named, in that order. */
  public Predictions subset(int... examples) {
    int[] some = new int[examples.length];
    float[] rows = new float[examples.length * classes()];
    for (int i = 0; i < examples.length; i++) {
      some[i] = labels[examples[i]];
      System.arraycopy(probabilities, examples[i] * classes(), rows, i * classes(), classes());
    }
    return new Predictions(classNames, some, rows, threshold);
  }

  /** The class with the fewest examples, the last of equals. */
  public int rarestClass() {
    int[] counts = new int[classes()];
    for (int label : labels) {
      counts[label]++;
    }
    int rarest = classes() - 1;
    for (int c = classes() - 2; c >= 0; c--) {
      rarest = counts[c] < counts[rarest] ? c : rarest;
    }
    return rarest;
  }

  /** The counts of what was predicted for what. */
  public ConfusionMatrix confusion() {
    ConfusionMatrix confusion = new ConfusionMatrix(classNames);
    for (int i = 0; i < size(); i++) {
      confusion.add(labels[i], predicted(i));
    }
    return confusion;
  }

  /** The probability of the class predicted. */
  public float confidence(int example) {
    return probability(example, predicted(example));
  }

  /** Whether the class predicted is the example's. */
  public boolean correct(int example) {
    return predicted(example) == labels[example];
  }

  /**
   * The examples predicted wrong, worst first: by the probability of their own class from below,
   * then by that of the class predicted from above, then by number.
   *
   * @param most how many at most, from 0
   */
  public int[] mostWrong(int most) {
    return IntStream.range(0, size())
        .filter(i -> !correct(i))
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(i -> probability(i, labels[i]))
                .thenComparingDouble(i -> -confidence(i))
                .thenComparingInt(i -> i))
        .limit(most)
        .mapToInt(i -> i)
        .toArray();
  }

  /** How many examples and classes. */
  @Override
  public String toString() {
    return "Predictions[" + labels.length + " examples, " + classes() + " classes]";
  }
}
