package dev.polymath.models.data;

import dev.polymath.models.internal.PlainText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a model's outputs mean: one of some classes, numbers, or any of some labels. */
public sealed interface ModelOutput {

  /** Classification, regression or labels. */
  Task task();

  /** A name for each output of the network, all different. */
  List<String> names();

  /** The output that a data set asks for; its targets are not scaled. */
  static ModelOutput of(DataSet data) {
    return switch (data.task()) {
      case CLASSIFICATION -> new Classes(data.classNames());
      case REGRESSION -> Targets.named(data.targetNames());
      case LABELS -> Labels.named(data.targetNames());
    };
  }

  /**
   * A score for each class.
   *
   * @param names of the classes, at least one, in the order of the outputs
   * @param threshold how it is decided between two classes; null if the class with the highest
   *     score is predicted
   */
  record Classes(List<String> names, @Nullable Threshold threshold) implements ModelOutput {

    public Classes {
      names = List.copyOf(names);
      requireNames("class names", names);
      if (threshold != null && names.size() != 2) {
        throw new IllegalArgumentException(
            "threshold: expected 2 classes to decide between, found " + names.size());
      }
    }

    /** Classes of which the one with the highest score is predicted. */
    public Classes(List<String> names) {
      this(names, null);
    }

    @Override
    public Task task() {
      return Task.CLASSIFICATION;
    }
  }

  /**
   * How it is decided between two classes: for the positive one where it has at least this
   * probability.
   *
   * @param positive the number of the positive class, 0 or 1
   * @param probability from 0 to 1
   */
  record Threshold(int positive, double probability) {

    public Threshold {
      if (positive != 0 && positive != 1) {
        throw new IllegalArgumentException(
            "threshold: positive class: expected 0 or 1, found " + positive);
      }
      if (!(probability >= 0 && probability <= 1)) {
        throw new IllegalArgumentException(
            "threshold: probability: expected 0 to 1, found " + probability);
      }
    }

    /** The same decision for probabilities whose logits are divided by a temperature. */
    public Threshold at(double temperature) {
      double odds = (1 - probability) / probability;
      return new Threshold(positive, 1 / (1 + StrictMath.pow(odds, 1 / temperature)));
    }

    /**
     * The class that is predicted.
     *
     * @param probabilities of both classes, from {@code at} on
     */
    public int decide(float[] probabilities, int at) {
      return probabilities[at + positive] >= probability ? positive : 1 - positive;
    }
  }

  /**
   * A number for each target. The network computes it in units of the target's own: see {@link
   * Target}.
   *
   * @param targets at least one, in the order of the outputs
   */
  record Targets(List<Target> targets) implements ModelOutput {

    public Targets {
      targets = List.copyOf(targets);
      requireNames("target names", targets.stream().map(Target::name).toList());
    }

    /** Targets that the network computes as they are. */
    public static Targets named(List<String> names) {
      return new Targets(names.stream().map(name -> new Target(name, 0, 1)).toList());
    }

    /**
     * Targets that get mean 0 and standard deviation 1 over the examples of a data set. One that
     * never varies is always predicted as it is.
     *
     * @throws IllegalStateException if the examples have labels
     */
    public static Targets standardizing(DataSet data) {
      List<Target> targets = new ArrayList<>();
      for (int j = 0; j < data.outputs(); j++) {
        targets.add(standardizing(data, j));
      }
      return new Targets(targets);
    }

    private static Target standardizing(DataSet data, int output) {
      int n = data.size();
      double first = data.target(0, output);
      double least = first;
      double most = first;
      for (int i = 1; i < n; i++) {
        least = Math.min(least, data.target(i, output));
        most = Math.max(most, data.target(i, output));
      }
      String name = data.targetNames().get(output);
      if (least == most) {
        return new Target(name, first, 0);
      }
      // Measured from the middle in units of the range: what is common to all does not swallow the
      // differences, and no square overflows.
      double middle = least / 2 + most / 2;
      double unit = Math.max(most / 2 - least / 2, Double.MIN_NORMAL);
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += (data.target(i, output) - middle) / unit;
      }
      double mean = sum / n;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double d = (data.target(i, output) - middle) / unit - mean;
        squares += d * d;
      }
      return new Target(name, middle + unit * mean, unit * Math.sqrt(squares / n));
    }

    @Override
    public Task task() {
      return Task.REGRESSION;
    }

    @Override
    public List<String> names() {
      return targets.stream().map(Target::name).toList();
    }

    /** The number of targets. */
    public int size() {
      return targets.size();
    }

    /** Whether the network computes all targets as they are. */
    public boolean plain() {
      return targets.stream().allMatch(t -> t.shift() == 0 && t.scale() == 1);
    }
  }

  /**
   * One target: {@code target = shift + scale · y}, where y is the network's output.
   *
   * @param name without control characters where a file is to hold it
   * @param shift in the target's unit, finite
   * @param scale in the target's unit, finite and at least 0; 0 for a target that never varied
   */
  record Target(String name, double shift, double scale) {

    public Target {
      if (!Double.isFinite(shift) || !Double.isFinite(scale) || scale < 0) {
        throw new IllegalArgumentException(
            "target \""
                + name
                + "\": expected a finite shift and a finite scale of at least 0, found "
                + shift
                + " and "
                + scale);
      }
    }

    /** What the network is to put out for a value of the target; 0 where the scale is 0. */
    public double scaled(double value) {
      return scale == 0 ? 0 : (value - shift) / scale;
    }

    /** The value of the target for an output of the network. */
    public double unscaled(double output) {
      return shift + scale * output;
    }
  }

  /**
   * A probability for each label, by itself: an example may have none of them, one or several.
   *
   * @param labels at least one, in the order of the outputs
   */
  record Labels(List<Label> labels) implements ModelOutput {

    public Labels {
      labels = List.copyOf(labels);
      requireNames("label names", labels.stream().map(Label::name).toList());
    }

    /** Labels that are predicted from a probability of 0.5 on. */
    public static Labels named(List<String> names) {
      return new Labels(names.stream().map(name -> new Label(name, Label.HALF)).toList());
    }

    @Override
    public Task task() {
      return Task.LABELS;
    }

    @Override
    public List<String> names() {
      return labels.stream().map(Label::name).toList();
    }

    /**
     * The names of the labels that are predicted, in their order.
     *
     * @param probabilities of each label; read
     */
    public List<String> predicted(float[] probabilities) {
      List<String> predicted = new ArrayList<>();
      for (int j = 0; j < labels.size(); j++) {
        if (probabilities[j] >= labels.get(j).threshold()) {
          predicted.add(labels.get(j).name());
        }
      }
      return predicted;
    }

    /** From which probability on each label is predicted; a copy. */
    public double[] thresholds() {
      return labels.stream().mapToDouble(Label::threshold).toArray();
    }
  }

  /**
   * One label.
   *
   * @param name without control characters where a file is to hold it
   * @param threshold from which probability on it is predicted, from 0 to 1
   */
  record Label(String name, double threshold) {

    /** The threshold where nothing else was chosen. */
    public static final double HALF = 0.5;

    public Label {
      if (!(threshold >= 0 && threshold <= 1)) {
        throw new IllegalArgumentException(
            "label \"" + name + "\": threshold: expected 0 to 1, found " + threshold);
      }
    }
  }

  private static void requireNames(String what, List<String> names) {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("model: " + what + ": expected at least one, found none");
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException(
            "model: "
                + what
                + ": expected different ones, found "
                + PlainText.quote(name)
                + " twice");
      }
    }
  }
}
