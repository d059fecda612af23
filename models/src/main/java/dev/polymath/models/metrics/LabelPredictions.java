package dev.polymath.models.metrics;

import dev.polymath.models.data.ModelOutput;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a model said of several labels about every example of a data set: p [n, labels], a
 * probability for each label of each example, beside the labels that the examples have. A label is
 * predicted from its threshold on. Immutable.
 */
public final class LabelPredictions {

  private final List<String> names;
  private final boolean[] actual;
  private final float[] probabilities;
  private final double[] thresholds;

  /**
   * @param names of the labels, at least one
   * @param actual [n, labels] row by row: whether the example has the label; copied
   * @param probabilities [n, labels] row by row, each from 0 to 1; copied
   * @param thresholds from which probability on each label is predicted; copied
   */
  public LabelPredictions(
      List<String> names, boolean[] actual, float[] probabilities, double[] thresholds) {
    this.names = List.copyOf(names);
    this.actual = actual.clone();
    this.probabilities = probabilities.clone();
    this.thresholds = thresholds.clone();
    if (names.isEmpty()
        || thresholds.length != names.size()
        || actual.length != probabilities.length
        || actual.length % names.size() != 0
        || actual.length == 0) {
      throw new IllegalArgumentException(
          "predictions: expected a probability for each label of each example, and a threshold for"
              + " each label, found "
              + probabilities.length
              + " probabilities and "
              + thresholds.length
              + " thresholds beside "
              + actual.length
              + " of "
              + names.size()
              + " labels");
    }
    for (int i = 0; i < probabilities.length; i++) {
      if (!(probabilities[i] >= 0 && probabilities[i] <= 1)) {
        throw new IllegalArgumentException(
            "predictions: probability of label \""
                + names.get(i % names.size())
                + "\" in example "
                + i / names.size()
                + ": expected 0 to 1, found "
                + probabilities[i]);
      }
    }
  }

  /** The names of the labels. */
  public List<String> names() {
    return names;
  }

  /** How many labels there are. */
  public int labels() {
    return names.size();
  }

  /** How many examples there are, at least 1. */
  public int size() {
    return actual.length / names.size();
  }

  /** Whether an example has a label. */
  public boolean has(int example, int label) {
    return actual[index(example, label)];
  }

  /** The probability that an example was given of having a label. */
  public float probability(int example, int label) {
    return probabilities[index(example, label)];
  }

  /** From which probability on a label is predicted. */
  public double threshold(int label) {
    return thresholds[label];
  }

  /** Whether a label is predicted. */
  public boolean predicted(int example, int label) {
    return probability(example, label) >= thresholds[label];
  }

  /** How many labels of an example are predicted wrong, in either way. */
  public int wrong(int example) {
    return (int)
        IntStream.range(0, labels()).filter(j -> predicted(example, j) != has(example, j)).count();
  }

  /** The same predictions, decided by other thresholds. */
  public LabelPredictions withThresholds(double[] thresholds) {
    return new LabelPredictions(names, actual, probabilities, thresholds);
  }

  /**
   * The predictions of the examples named, in that order.
   *
   * @throws IllegalArgumentException if none is named
   */
  public LabelPredictions subset(int... examples) {
    int width = names.size();
    boolean[] some = new boolean[examples.length * width];
    float[] said = new float[some.length];
    for (int i = 0; i < examples.length; i++) {
      System.arraycopy(actual, examples[i] * width, some, i * width, width);
      System.arraycopy(probabilities, examples[i] * width, said, i * width, width);
    }
    return new LabelPredictions(names, some, said, thresholds);
  }

  /**
   * One label as two classes: class 1 for the examples that have it, class 0 for all others. Its
   * threshold decides.
   */
  public Predictions of(int label) {
    int[] classes = new int[size()];
    float[] both = new float[2 * classes.length];
    for (int i = 0; i < classes.length; i++) {
      write(i, label, classes, both, i);
    }
    return new Predictions(
        List.of("not " + names.get(label), names.get(label)),
        classes,
        both,
        new ModelOutput.Threshold(1, thresholds[label]));
  }

  /**
   * All labels of all examples as two classes, one after the other: what the mean log loss and a
   * common temperature are taken from.
   */
  public Predictions pooled() {
    int[] classes = new int[actual.length];
    float[] both = new float[2 * classes.length];
    for (int i = 0; i < classes.length; i++) {
      write(i / labels(), i % labels(), classes, both, i);
    }
    return new Predictions(List.of("without", "with"), classes, both);
  }

  private void write(int example, int label, int[] classes, float[] both, int at) {
    float probability = probability(example, label);
    classes[at] = has(example, label) ? 1 : 0;
    both[2 * at] = 1 - probability;
    both[2 * at + 1] = probability;
  }

  private int index(int example, int label) {
    if (label < 0 || label >= names.size()) {
      throw new IndexOutOfBoundsException(
          "label: expected 0 to " + (names.size() - 1) + ", found " + label);
    }
    return example * names.size() + label;
  }

  /** How many examples and labels. */
  @Override
  public String toString() {
    return "LabelPredictions[" + size() + " examples, " + labels() + " labels]";
  }
}
