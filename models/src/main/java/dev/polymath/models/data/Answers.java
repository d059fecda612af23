package dev.polymath.models.data;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What is to be learned of each example: a class or some numbers. Immutable. */
sealed interface Answers permits Answers.Labels, Answers.Targets, DiskAnswers {

  /** Number of examples. */
  int size();

  Task task();

  /** A name for each class, or for each target. */
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

  /** Requires numeric targets. */
  static Targets targets(String operation, Answers answers) {
    if (answers instanceof Targets targets) {
      return targets;
    }
    names(operation, Task.REGRESSION, answers);
    throw onDisk(operation);
  }

  private static IllegalStateException onDisk(String operation) {
    return new IllegalStateException(
        operation + ": expected examples in memory, found examples on disk");
  }

  /** The names of the classes, or of the targets, which are required to be of the task. */
  static List<String> names(String operation, Task task, Answers answers) {
    if (answers.task() != task) {
      throw new IllegalStateException(
          operation
              + ": expected examples with "
              + (task == Task.CLASSIFICATION ? "classes" : "numeric targets")
              + ", found "
              + answers.text());
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
    return wanted.equals(names("withTargetNames", Task.REGRESSION, answers))
        ? answers
        : targets("withTargetNames", answers).renamed(wanted);
  }

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
            : names.size() == 1 ? "target [" : names.size() + " targets [";
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
      float[] chosen = weights == null ? null : new float[examples.length];
      for (int i = 0; chosen != null && i < chosen.length; i++) {
        chosen[i] = weight(examples[i]);
      }
      return new Labels(IntStream.of(examples).map(i -> numbers[i]).toArray(), names, chosen);
    }

    /** See {@link DataSet#withWeights}. */
    Labels weighted(float[] wanted) {
      if (wanted.length != numbers.length) {
        throw new IllegalArgumentException(
            "withWeights: expected a weight for each of "
                + numbers.length
                + " examples, found "
                + wanted.length);
      }
      for (int i = 0; i < wanted.length; i++) {
        if (!(wanted[i] > 0 && wanted[i] < Float.POSITIVE_INFINITY)) {
          throw new IllegalArgumentException(
              "withWeights: example " + i + ": expected a weight above 0, found " + wanted[i]);
        }
      }
      return new Labels(numbers, names, wanted.clone());
    }

    /** See {@link DataSet#weight}. */
    float weight(int example) {
      return weights == null ? 1 : weights[example];
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
      if (weights != null) {
        ByteBuffer all = ByteBuffer.allocate(4 * weights.length);
        all.asFloatBuffer().put(weights);
        digest.update(all.array());
      }
    }

    @Override
    public String text() {
      return Answers.text(task(), names);
    }
  }

  /**
   * Numbers for each example.
   *
   * @param values [n, targets] row by row, all finite; not copied
   * @param names of the targets, at least one
   */
  record Targets(double[] values, List<String> names) implements Answers {

    /** Examples in a group of {@link #strata()}, at least, and the most groups. */
    private static final int FEWEST_IN_GROUP = 20;

    private static final int MOST_GROUPS = 10;

    public Targets {
      names = List.copyOf(names);
      if (values.length == 0 || names.isEmpty()) {
        throw new IllegalArgumentException(
            "data set: expected at least one example and one target, found "
                + values.length
                + " values and "
                + names.size()
                + " target names");
      }
      if (values.length % names.size() != 0) {
        throw new IllegalArgumentException(
            "data set: expected "
                + names.size()
                + " targets for each example, found "
                + values.length
                + " values");
      }
      places("target names", names, names);
      for (int i = 0; i < values.length; i++) {
        if (!Double.isFinite(values[i])) {
          throw new IllegalArgumentException(
              "data set: target \""
                  + names.get(i % names.size())
                  + "\" of example "
                  + i / names.size()
                  + " is "
                  + values[i]
                  + ", expected a finite number");
        }
      }
    }

    @Override
    public int size() {
      return values.length / names.size();
    }

    @Override
    public Task task() {
      return Task.REGRESSION;
    }

    @Override
    public Targets subset(int[] examples) {
      int width = names.size();
      double[] chosen = new double[Math.multiplyExact(examples.length, width)];
      for (int i = 0; i < examples.length; i++) {
        System.arraycopy(values, examples[i] * width, chosen, i * width, width);
      }
      return new Targets(chosen, names);
    }

    /** See {@link DataSet#withTargetNames}. */
    Targets renamed(List<String> wanted) {
      int[] places = places("target names", wanted, names);
      for (int j = 0; j < places.length; j++) {
        if (places[j] < 0) {
          throw new IllegalArgumentException(
              "target \"" + wanted.get(j) + "\": expected among the data's targets " + names);
        }
      }
      double[] chosen = new double[Math.multiplyExact(size(), places.length)];
      for (int i = 0; i < chosen.length; i++) {
        chosen[i] = values[i / places.length * names.size() + places[i % places.length]];
      }
      return new Targets(chosen, wanted);
    }

    /** How many groups so many examples are cut into. */
    static int groups(int examples) {
      return Math.max(1, Math.min(MOST_GROUPS, examples / FEWEST_IN_GROUP));
    }

    /** Up to ten groups of about the same size, by the order of the first target. */
    @Override
    public int[] strata() {
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
      // A negative count of outputs, which classes never have, tells targets from labels.
      ByteBuffer bytes =
          ByteBuffer.allocate(Math.addExact(8, Math.multiplyExact(8, values.length)));
      bytes.putInt(size()).putInt(-names.size());
      bytes.asDoubleBuffer().put(values);
      digest.update(bytes.array());
    }

    @Override
    public String text() {
      return Answers.text(task(), names);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Targets t && Arrays.equals(values, t.values) && names.equals(t.names);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(values);
    }
  }
}
