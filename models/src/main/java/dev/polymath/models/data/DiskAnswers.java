package dev.polymath.models.data;

import dev.polymath.models.internal.Ints;
import dev.polymath.models.internal.MappedInts;
import dev.polymath.models.internal.MappedLongs;
import dev.polymath.models.internal.MappedSort;
import dev.polymath.models.internal.Randomness;
import dev.polymath.models.internal.ScratchFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What is to be learned of examples on disk: a class, some numbers or some labels of each. */
final class DiskAnswers implements Answers {

  private static final int CHUNK = 1 << 13;

  private final DiskSpace space;
  private final Task task;
  private final List<String> names;
  private final Ints rows;
  private final @Nullable Ints labels;
  private final @Nullable MappedLongs targets;

  private DiskAnswers(
      DiskSpace space,
      Task task,
      List<String> names,
      Ints rows,
      @Nullable Ints labels,
      @Nullable MappedLongs targets) {
    this.space = space;
    this.task = task;
    this.names = List.copyOf(names);
    this.rows = rows;
    this.labels = labels;
    this.targets = targets;
  }

  /** Class numbers, an int each. */
  static DiskAnswers labels(DiskSpace space, ScratchFile file, List<String> names)
      throws IOException {
    return labels(space, MappedInts.of(file), names);
  }

  /** Class numbers from 0 to below the number of names. */
  static DiskAnswers labels(DiskSpace space, Ints labels, List<String> names) {
    return new DiskAnswers(
        space, Task.CLASSIFICATION, names, Ints.of(labels.size(), i -> i), labels, null);
  }

  /** Numeric targets, or labels as 1 and 0: a double each, example by example. */
  static DiskAnswers targets(DiskSpace space, ScratchFile file, List<String> names, Task task)
      throws IOException {
    MappedLongs values = MappedLongs.of(file);
    int size = (int) (values.size() / names.size());
    return new DiskAnswers(space, task, names, Ints.of(size, i -> i), null, values);
  }

  @Override
  public int size() {
    return rows.size();
  }

  @Override
  public Task task() {
    return task;
  }

  @Override
  public List<String> names() {
    return names;
  }

  /** The class of an example. */
  int label(int example) {
    if (labels == null) {
      throw new IllegalStateException("label: expected examples with classes, found " + text());
    }
    return labels.at(rows.at(example));
  }

  /** One target of an example. */
  double target(int example, int output) {
    if (targets == null) {
      throw new IllegalStateException(
          "target: expected examples with numeric targets or labels, found " + text());
    }
    long place = (long) rows.at(example) * names.size() + output;
    return Double.longBitsToDouble(targets.at(place));
  }

  /** A few of them, in memory. */
  @Override
  public Answers subset(int[] examples) {
    if (labels != null) {
      return new Labels(IntStream.of(examples).map(this::label).toArray(), names);
    }
    int width = names.size();
    double[] values = new double[Math.multiplyExact(examples.length, width)];
    for (int i = 0; i < values.length; i++) {
      values[i] = target(examples[i / width], i % width);
    }
    return new Targets(values, names, task, null);
  }

  /** Any number of them. */
  DiskAnswers subset(Ints examples) {
    Ints some = space.copy(Ints.of(examples.size(), i -> rows.at(examples.at(i))));
    return new DiskAnswers(space, task, names, some, labels, targets);
  }

  /** The same classes under other numbers; see {@link DataSet#withClassNames}. */
  DiskAnswers renamed(List<String> wanted) {
    int[] places = Answers.places("class names", names, wanted);
    for (int i = 0; i < size(); i++) {
      if (places[label(i)] < 0) {
        throw new IllegalArgumentException(
            "class \""
                + names.get(label(i))
                + "\" of example "
                + i
                + ": expected one of "
                + wanted);
      }
    }
    return labels(space, Ints.of(size(), i -> places[label(i)]), wanted);
  }

  /** Cut as those in memory are; the parts are on disk. */
  StratifiedSplit split(double fraction, Randomness random) {
    Ints groups =
        switch (task) {
          case CLASSIFICATION -> Ints.of(size(), this::label);
          case REGRESSION -> ranges();
          case LABELS -> sets();
        };
    return DiskTable.split(space, groups, fraction, random);
  }

  /** As in memory, by the sets of labels. */
  private Ints sets() {
    LabelStrata sets = new LabelStrata(size(), names.size(), (i, j) -> target(i, j) == 1);
    return space.copy(Ints.of(size(), sets::of));
  }

  /** As {@link Targets#strata()}: groups of about the same size, by the order of the target. */
  private Ints ranges() {
    int n = size();
    int groups = Targets.groups(n);
    MappedSort sort = space.numbers(n);
    for (int i = 0; i < n; i++) {
      sort.add(target(i, 0));
    }
    sort.sort();
    // Of equal targets those of the first examples come first.
    double[] begins = new double[groups];
    int[] equalBefore = new int[groups];
    for (int g = 1; g < groups; g++) {
      int rank = (int) (((long) g * n + groups - 1) / groups);
      begins[g] = sort.doubleAt(rank);
      int first = rank;
      while (first > 0 && Double.compare(sort.doubleAt(first - 1), begins[g]) == 0) {
        first--;
      }
      equalBefore[g] = rank - first;
    }
    int[] equalSeen = new int[groups];
    return space.copy(
        Ints.of(
            n,
            i -> {
              double value = target(i, 0);
              int group = 0;
              for (int g = 1; g < groups; g++) {
                int order = Double.compare(value, begins[g]);
                boolean behind = order > 0 || order == 0 && equalSeen[g]++ >= equalBefore[g];
                group = behind ? g : group;
              }
              return group;
            }));
  }

  @Override
  public float @Nullable [] weights() {
    return null;
  }

  @Override
  public Answers weighted(float[] wanted) {
    throw new IllegalStateException(
        "withWeights: expected examples in memory, found examples on disk");
  }

  @Override
  public int[] strata() {
    throw new IllegalArgumentException(
        "folds: examples on disk can't be dealt into folds; hold out a validation fraction instead");
  }

  @Override
  public void digest(MessageDigest digest) {
    ByteBuffer head = ByteBuffer.allocate(8);
    digest.update(head.putInt(size()).putInt(labels == null ? -names.size() : names.size()).flip());
    int width = labels == null ? names.size() : 1;
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK * width * Double.BYTES);
    for (int from = 0; from < size(); from += CHUNK) {
      for (int i = from; i < Math.min(size(), from + CHUNK); i++) {
        for (int j = 0; j < width; j++) {
          if (labels == null) {
            chunk.putDouble(target(i, j));
          } else {
            chunk.putInt(label(i));
          }
        }
      }
      digest.update(chunk.flip());
      chunk.clear();
    }
  }

  @Override
  public String text() {
    return Answers.text(task(), names);
  }
}
