package dev.polymath.models.data;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What is to be learned of each example: a class, some numbers or some labels. Immutable. */
sealed interface Answers permits Answers.Labels, Answers.Targets, DiskAnswers {

  /** Number of examples. */
  int size();

  Task task();

  /** A name for each class, target or label. */
  List<String> names();

  /** Those of the examples named, in that order; the numbers have been checked. */
  Answers subset(int[] examples);

  /** Groups of like examples, numbered from 0, that a split cuts each in the same proportion. */
  int[] strata();

  /** Feeds everything but the names to the digest. */
  void digest(MessageDigest digest);

  /** In words, for a data set's text. */
  String text();

  /** Requires classes. */
  static Labels labels(String operation, Answers answers) {
    if (answers instanceof Labels labels) {
      return labels;
    }
    names(operation, Task.CLASSIFICATION, answers);
    throw onDisk(operation);
  }

  /** Requires numeric targets, or labels. */
  static Targets targets(String operation, Answers answers) {
    if (answers instanceof Targets targets) {
      return targets;
    }
    requireTargets(operation, answers);
    throw onDisk(operation);
  }

  private static void requireTargets(String operation, Answers answers) {
    if (answers.task() == Task.CLASSIFICATION) {
      throw new IllegalStateException(
          operation
              + ": expected examples with numeric targets or labels, found "
              + answers.text());
    }
  }

  private static IllegalStateException onDisk(String operation) {
    return new IllegalStateException(
        operation + ": expected examples in memory, found examples on disk");
  }

  /** The names of the targets or labels, which are required. */
  static List<String> targetNames(String operation, Answers answers) {
    requireTargets(operation, answers);
    return answers.names();
  }

  /** The names of the classes, which are required. */
  static List<String> names(String operation, Task task, Answers answers) {
    if (answers.task() != task) {
      throw new IllegalStateException(
          operation + ": expected examples with classes, found " + answers.text());
    }
    return answers.names();
  }

  /** See {@link DataSet#label}. */
  static int label(Answers answers, int example) {
    return answers instanceof DiskAnswers disk
        ? disk.label(example)
        : labels("label", answers).numbers()[example];
  }

  /** See {@link DataSet#target}. */
  static double target(Answers answers, int example, int output) {
    if (answers instanceof DiskAnswers disk) {
      return disk.target(example, output);
    }
    Targets targets = targets("target", answers);
    return targets.values()[example * targets.names().size() + output];
  }

  /** See {@link DataSet#withTargets}. */
  static Answers targets(int size, double[] values, List<String> names) {
    Targets answers = new Targets(values, names);
    if (answers.size() != size) {
      throw new IllegalArgumentException(
          "withTargets: expected targets for " + size + " examples, found " + answers.size());
    }
    return answers;
  }

  /** See {@link DataSet#withClassNames}. */
  static Answers withClasses(Answers answers, List<String> wanted) {
    if (wanted.equals(names("withClassNames", Task.CLASSIFICATION, answers))) {
      return answers;
    }
    return answers instanceof DiskAnswers disk
        ? disk.renamed(wanted)
        : labels("withClassNames", answers).renamed(wanted);
  }

  /** See {@link DataSet#withTargetNames}. */
  static Answers withTargets(Answers answers, List<String> wanted) {
    return wanted.equals(targetNames("withTargetNames", answers))
        ? answers
        : targets("withTargetNames", answers).renamed(wanted);
  }

  /** Requires a weight above 0 for each example; a copy. */
  private static float[] checkedWeights(float[] weights, int examples) {
    if (weights.length != examples) {
      throw new IllegalArgumentException(
          "withWeights: expected a weight for each of "
              + examples
              + " examples, found "
              + weights.length);
    }
    for (int i = 0; i < weights.length; i++) {
      if (!(weights[i] > 0 && weights[i] < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "withWeights: example " + i + ": expected a weight above 0, found " + weights[i]);
      }
    }
    return weights.clone();
  }

  /** The weights of the examples named. */
  private static float @Nullable [] chosen(float @Nullable [] weights, int[] examples) {
    if (weights == null) {
      return null;
    }
    float[] chosen = new float[examples.length];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = weights[examples[i]];
    }
    return chosen;
  }

  private static void digest(float @Nullable [] weights, MessageDigest digest) {
    if (weights != null) {
      ByteBuffer all = ByteBuffer.allocate(4 * weights.length);
      all.asFloatBuffer().put(weights);
      digest.update(all.array());
    }
  }

  /** What each example weighs; null where all weigh 1. */
  float @Nullable [] weights();

  /** What an example weighs. */
  default float weight(int example) {
    float[] weights = weights();
    return weights == null ? 1 : weights[example];
  }

  /** See {@link DataSet#withWeights}. */
  Answers weighted(float[] wanted);

  /** For each old name its place among the new, or −1. */
  static int[] places(String what, List<String> from, List<String> to) {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < to.size(); i++) {
      if (places.put(to.get(i), i) != null) {
        throw new IllegalArgumentException(what + ": expected different ones, found " + to);
      }
    }
    return from.stream().mapToInt(name -> places.getOrDefault(name, -1)).toArray();
  }

  /** What a data set says of its answers. */
  static String text(Task task, List<String> names) {
    String what =
        task == Task.CLASSIFICATION
            ? names.size() + " classes ["
            : (names.size() == 1 ? "" : names.size() + " ")
                + Targets.word(task)
                + (names.size() == 1 ? " [" : "s [");
    return what + shown(names) + "]";
  }

  /** The first names of a list, as text. */
  private static String shown(List<String> names) {
    int most = 20;
    boolean all = names.size() <= most;
    return String.join(", ", all ? names : names.subList(0, most)) + (all ? "" : ", ...");
  }

  /**
   * A class for each example.
   *
   * @param numbers of the classes; not copied
   * @param names of the classes, in the order of their numbers
   * @param weights of the examples, not copied; null where all weigh 1
   */
  record Labels(int[] numbers, List<String> names, float @Nullable [] weights) implements Answers {

    /** Examples that all weigh 1. */
    Labels(int[] numbers, List<String> names) {
      this(numbers, names, null);
    }

    public Labels {
      names = List.copyOf(names);
      if (numbers.length == 0 || names.isEmpty()) {
        throw new IllegalArgumentException(
            "data set: expected at least one example and one class, found "
                + numbers.length
                + " and "
                + names.size());
      }
      for (int i = 0; i < numbers.length; i++) {
        if (numbers[i] < 0 || numbers[i] >= names.size()) {
          throw new IllegalArgumentException(
              "data set: label of example "
                  + i
                  + " is "
                  + numbers[i]
                  + ", expected 0 to "
                  + (names.size() - 1));
        }
      }
    }

    @Override
    public int size() {
      return numbers.length;
    }

    @Override
    public Task task() {
      return Task.CLASSIFICATION;
    }

    @Override
    public Labels subset(int[] examples) {
      int[] chosen = IntStream.of(examples).map(i -> numbers[i]).toArray();
      return new Labels(chosen, names, Answers.chosen(weights, examples));
    }

    @Override
    public Labels weighted(float[] wanted) {
      return new Labels(numbers, names, checkedWeights(wanted, size()));
    }

    /** See {@link DataSet#withClassNames}. */
    Labels renamed(List<String> wanted) {
      int[] places = places("class names", names, wanted);
      int[] renumbered = new int[numbers.length];
      for (int i = 0; i < numbers.length; i++) {
        renumbered[i] = places[numbers[i]];
        if (renumbered[i] < 0) {
          throw new IllegalArgumentException(
              "class \""
                  + names.get(numbers[i])
                  + "\" of example "
                  + i
                  + ": expected one of "
                  + wanted);
        }
      }
      return new Labels(renumbered, wanted, weights);
    }

    @Override
    public int[] strata() {
      return numbers;
    }

    @Override
    public void digest(MessageDigest digest) {
      ByteBuffer bytes = ByteBuffer.allocate(8 + 4 * numbers.length);
      bytes.putInt(numbers.length).putInt(names.size());
      bytes.asIntBuffer().put(numbers);
      digest.update(bytes.array());
      Answers.digest(weights, digest);
    }

    @Override
    public String text() {
      return Answers.text(task(), names);
    }
  }

  /**
   * Numbers for each example, or labels: 1 for a label that the example has, 0 for one that it has
   * not.
   *
   * @param values [n, targets] row by row, all finite; not copied
   * @param names of the targets or labels, at least one
   * @param task whether these are numbers or labels
   * @param weights of the examples, not copied; null where all weigh 1
   */
  record Targets(double[] values, List<String> names, Task task, float @Nullable [] weights)
      implements Answers {

    /** Examples in a group of {@link #strata()}, at least, and the most groups. */
    private static final int FEWEST_IN_GROUP = 20;

    private static final int MOST_GROUPS = 10;

    /** Numbers that all weigh 1. */
    Targets(double[] values, List<String> names) {
      this(values, names, Task.REGRESSION, null);
    }

    public Targets {
      names = List.copyOf(names);
      if (values.length == 0 || names.isEmpty()) {
        throw new IllegalArgumentException(
            "data set: expected at least one example and one "
                + word(task)
                + ", found "
                + values.length
                + " values and "
                + names.size()
                + " "
                + word(task)
                + " names");
      }
      if (values.length % names.size() != 0) {
        throw new IllegalArgumentException(
            "data set: expected "
                + names.size()
                + " "
                + word(task)
                + "s for each example, found "
                + values.length
                + " values");
      }
      places(word(task) + " names", names, names);
      for (int i = 0; i < values.length; i++) {
        boolean label = values[i] == 0 || values[i] == 1;
        if (task == Task.LABELS ? !label : !Double.isFinite(values[i])) {
          throw new IllegalArgumentException(
              "data set: "
                  + word(task)
                  + " \""
                  + names.get(i % names.size())
                  + "\" of example "
                  + i / names.size()
                  + " is "
                  + values[i]
                  + (task == Task.LABELS ? ", expected 0 or 1" : ", expected a finite number"));
        }
      }
    }

    /**
     * Labels.
     *
     * @param has [n, labels] row by row
     */
    static Targets labels(boolean[] has, List<String> names) {
      double[] values = new double[has.length];
      for (int i = 0; i < has.length; i++) {
        values[i] = has[i] ? 1 : 0;
      }
      return new Targets(values, names, Task.LABELS, null);
    }

    private static String word(Task task) {
      return task == Task.LABELS ? "label" : "target";
    }

    @Override
    public int size() {
      return values.length / names.size();
    }

    @Override
    public Targets subset(int[] examples) {
      int width = names.size();
      double[] chosen = new double[Math.multiplyExact(examples.length, width)];
      for (int i = 0; i < examples.length; i++) {
        System.arraycopy(values, examples[i] * width, chosen, i * width, width);
      }
      return new Targets(chosen, names, task, Answers.chosen(weights, examples));
    }

    @Override
    public Targets weighted(float[] wanted) {
      return new Targets(values, names, task, checkedWeights(wanted, size()));
    }

    /** See {@link DataSet#withTargetNames}. */
    Targets renamed(List<String> wanted) {
      int[] places = places(word(task) + " names", wanted, names);
      for (int j = 0; j < places.length; j++) {
        if (places[j] < 0) {
          throw new IllegalArgumentException(
              word(task)
                  + " \""
                  + wanted.get(j)
                  + "\": expected among the data's "
                  + word(task)
                  + "s "
                  + names);
        }
      }
      double[] chosen = new double[Math.multiplyExact(size(), places.length)];
      for (int i = 0; i < chosen.length; i++) {
        chosen[i] = values[i / places.length * names.size() + places[i % places.length]];
      }
      return new Targets(chosen, wanted, task, weights);
    }

    /** How many groups so many examples are cut into. */
    static int groups(int examples) {
      return Math.max(1, Math.min(MOST_GROUPS, examples / FEWEST_IN_GROUP));
    }

    /**
     * Of numbers up to ten groups of about the same size, by the order of the first target. Of
     * labels those of {@link LabelStrata}.
     */
    @Override
    public int[] strata() {
      if (task == Task.LABELS) {
        LabelStrata sets =
            new LabelStrata(size(), names.size(), (i, j) -> values[i * names.size() + j] == 1);
        return IntStream.range(0, size()).map(sets::of).toArray();
      }
      return ranges();
    }

    private int[] ranges() {
      int n = size();
      int groups = groups(n);
      int[] ranked =
          IntStream.range(0, n)
              .boxed()
              .sorted((a, b) -> Double.compare(values[a * names.size()], values[b * names.size()]))
              .mapToInt(i -> i)
              .toArray();
      int[] strata = new int[n];
      for (int rank = 0; rank < n; rank++) {
        strata[ranked[rank]] = (int) ((long) rank * groups / n);
      }
      return strata;
    }

    @Override
    public void digest(MessageDigest digest) {
      // A negative count of outputs, which classes never have, tells targets from classes.
      ByteBuffer bytes =
          ByteBuffer.allocate(Math.addExact(8, Math.multiplyExact(8, values.length)));
      bytes.putInt(size()).putInt(-names.size());
      bytes.asDoubleBuffer().put(values);
      digest.update(bytes.array());
      Answers.digest(weights, digest);
    }

    @Override
    public String text() {
      return Answers.text(task(), names);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Targets t
          && Arrays.equals(values, t.values)
          && names.equals(t.names)
          && task == t.task
          && Arrays.equals(weights, t.weights);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(values);
    }
  }
}
