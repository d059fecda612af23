package dev.polymath.models.data;

import dev.polymath.models.internal.Ints;
import dev.polymath.models.internal.Randomness;
import dev.polymath.models.internal.Sha256;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Examples to learn from: features [size, features], and for each example a class, which is a
 * number in [0, classes), or one or more targets, which are numbers, or some of several labels,
 * which are targets of 1 or 0. {@link #task()} tells which.
 *
 * <p>Features are either images, kept as one byte a pixel and delivered as {@code value / 255} in
 * [0, 1], or plain numbers, kept and delivered as float32. Targets are kept as float64. Immutable:
 * factories copy what they are given, and any number of threads may read at once.
 */
public final class DataSet {

  private final Features features;
  private final Answers answers;
  private final ModelInput input;
  private final @Nullable RowSplit rows;
  private @Nullable String fingerprint;
  private int ground = -1;

  /** Takes over the arrays; checks all but the features' values. The input is the usual one. */
  DataSet(Features features, int[] labels, List<String> classNames) {
    this(features, new Answers.Labels(labels, classNames));
  }

  /** The input is the usual one. */
  private DataSet(Features features, Answers answers) {
    this(
        features,
        answers,
        features instanceof Pixels images
            ? new ModelInput.Pictures(images.size(), usualForm(images.size(), answers))
            : new ModelInput.Numbers(features.count()));
  }

  DataSet(Features features, Answers answers, ModelInput input) {
    this(features, answers, input, null);
  }

  /** Takes over what it is given; the rows say how to cut them, unless it is by classes. */
  DataSet(Features features, Answers answers, ModelInput input, @Nullable RowSplit rows) {
    this.features = features;
    this.answers = answers;
    this.input = input;
    this.rows = rows;
  }

  private static PictureForm usualForm(ImageSize size, Answers answers) {
    return answers instanceof Answers.Labels labels
        ? PictureForm.usual(size, labels.names())
        : PictureForm.AS_IS;
  }

  /**
   * A data set of images.
   *
   * @param size size of an image
   * @param pixels [n, height · width] in unsigned bytes, 0 … 255; copied
   * @param labels n class numbers; copied
   * @param classNames a name for each class
   * @throws IllegalArgumentException if there is no example, the lengths do not fit together or a
   *     label is out of range
   */
  public static DataSet ofImages(
      ImageSize size, byte[] pixels, int[] labels, List<String> classNames) {
    Features.requireLength(pixels.length, labels.length, size.pixels());
    return new DataSet(PixelFeatures.ofUnsigned(size, pixels.clone()), labels.clone(), classNames);
  }

  /**
   * A data set of plain numbers.
   *
   * @param features features of an example
   * @param values [n, features], all finite; copied
   * @param labels n class numbers; copied
   * @param classNames a name for each class
   * @throws IllegalArgumentException if there is no example or no feature, the lengths do not fit
   *     together, a value is not finite or a label is out of range
   */
  public static DataSet ofFeatures(
      int features, float[] values, int[] labels, List<String> classNames) {
    Features own = FloatFeatures.of(features, values, labels.length);
    return new DataSet(own, labels.clone(), classNames);
  }

  /**
   * A data set of plain numbers whose targets are numbers too.
   *
   * @param features features of an example
   * @param values [n, features], all finite; copied
   * @param targets [n, targets] row by row, all finite; copied
   * @param targetNames a name for each target, all different; their number is that of the targets
   * @throws IllegalArgumentException if there is no example, no feature or no target, the lengths
   *     do not fit together or a value is not finite
   */
  public static DataSet ofTargets(
      int features, float[] values, double[] targets, List<String> targetNames) {
    Answers.Targets answers = new Answers.Targets(targets.clone(), targetNames);
    return new DataSet(FloatFeatures.of(features, values, answers.size()), answers);
  }

  /**
   * A data set of plain numbers whose examples have any of some labels.
   *
   * @param features features of an example
   * @param values [n, features], all finite; copied
   * @param labels [n, labels] row by row: whether the example has the label; read
   * @param labelNames a name for each label, all different; their number is that of the labels
   */
  public static DataSet ofLabels(
      int features, float[] values, boolean[] labels, List<String> labelNames) {
    Answers.Targets answers = Answers.Targets.labels(labels, labelNames);
    return new DataSet(FloatFeatures.of(features, values, answers.size()), answers);
  }

  /** Number of examples, at least 1. */
  public int size() {
    return answers.size();
  }

  /** Number of features of an example, at least 1; for images height · width. */
  public int features() {
    return features.count();
  }

  /** What the examples have: a class, targets or labels. */
  public Task task() {
    return answers.task();
  }

  /** What a network for these examples puts out: the number of classes, targets or labels. */
  public int outputs() {
    return answers.names().size();
  }

  /** The names of the classes, targets or labels. */
  public List<String> outputNames() {
    return answers.names();
  }

  /**
   * Number of classes, at least 1.
   *
   * @throws IllegalStateException if the examples have targets
   */
  public int classes() {
    return Answers.names("classes", Task.CLASSIFICATION, answers).size();
  }

  /**
   * Names of the classes, in the order of the labels.
   *
   * @throws IllegalStateException if the examples have targets
   */
  public List<String> classNames() {
    return Answers.names("classNames", Task.CLASSIFICATION, answers);
  }

  /**
   * Names of the targets or labels, all different.
   *
   * @throws IllegalStateException if the examples have classes
   */
  public List<String> targetNames() {
    return Answers.targetNames("targetNames", answers);
  }

  /** Size of the images; empty where the features are plain numbers. */
  public Optional<ImageSize> imageSize() {
    return features instanceof Pixels images ? Optional.of(images.size()) : Optional.empty();
  }

  /** What the features mean: what a model trained on them is to be given. */
  public ModelInput input() {
    return input;
  }

  /**
   * The same images, told what is done to a picture before its pixels are taken. The features are
   * shared.
   *
   * @throws IllegalStateException if the features are not images
   */
  public DataSet withForm(PictureForm form) {
    if (!(input instanceof ModelInput.Pictures pictures)) {
      throw new IllegalStateException("withForm: expected images, found plain features");
    }
    return new DataSet(
        features,
        answers,
        new ModelInput.Pictures(pictures.size(), form, pictures.white(), pictures.table()));
  }

  /**
   * The same examples with the features that a model takes, in its order. Columns with names are
   * matched by name, whatever their order; those that the model does not know are left out. Plain
   * numbers become the pixels of a model of images.
   *
   * @param wanted what the model takes
   * @throws IllegalArgumentException if a column is missing, the number of features differs where
   *     names do not tell which is which, or the data are of another kind
   */
  public DataSet fittedTo(ModelInput wanted) {
    Features fitted = FittedFeatures.of(features, input, wanted);
    return fitted == features ? this : new DataSet(fitted, answers, wanted, rows);
  }

  /**
   * Class number of an example, in [0, classes).
   *
   * @throws IndexOutOfBoundsException if there is no such example
   * @throws IllegalStateException if the examples have targets
   */
  public int label(int example) {
    return Answers.label(answers, example);
  }

  /**
   * The same examples with weights: training counts an example as often as it weighs.
   *
   * @param weights one for each example, above 0; copied
   */
  public DataSet withWeights(float... weights) {
    return new DataSet(features, answers.weighted(weights), input, rows);
  }

  /** What an example weighs; 1 unless {@linkplain #withWeights set}. */
  public float weight(int example) {
    return answers.weight(example);
  }

  /**
   * One target of an example; of labels 1 if the example has the label, otherwise 0.
   *
   * @param output number of the target or label, in [0, outputs)
   * @throws IndexOutOfBoundsException if there is no such example, target or label
   * @throws IllegalStateException if the examples have classes
   */
  public double target(int example, int output) {
    Objects.checkIndex(example, size());
    return Answers.target(answers, example, Objects.checkIndex(output, outputs()));
  }

  /**
   * Writes the features of one example to {@code target[offset .. offset + features)}.
   *
   * @throws IndexOutOfBoundsException if there is no such example or the target is too short
   */
  public void copyFeatures(int example, float[] target, int offset) {
    Objects.checkIndex(example, size());
    Objects.checkFromIndexSize(offset, features(), target.length);
    features.copy(example, target, offset);
  }

  /**
   * Writes a batch: row i of {@code target}, read as [count, features], becomes the features of
   * example {@code examples[from + i]}. Allocates nothing.
   *
   * @param examples numbers of examples, in any order, repeats allowed; read
   * @param from where the batch begins in {@code examples}
   * @param count examples of the batch
   * @param target its first count · features elements are overwritten
   * @throws IndexOutOfBoundsException if the range or an example does not exist, or the target is
   *     too short; the target is then unchanged
   */
  public void gather(int[] examples, int from, int count, float[] target) {
    gather(examples, from, count, target, 0, features());
  }

  /** The same, row i from {@code target[at + i · step]} on; nothing between the rows is written. */
  public void gather(int[] examples, int from, int count, float[] target, int at, int step) {
    Features.requireBatch(this, examples, from, count, target.length, at, step);
    features.gather(examples, from, count, target, at, step);
  }

  /**
   * Writes a batch as {@link #gather} does, each image moved: pixel (r, c) of row i is pixel (r −
   * dy[i], c − dx[i]) of the example. Where that lies outside it is the ground: the median of the
   * pixels at the borders of all images, black for light digits on black. Allocates nothing, but
   * that the first call finds the ground.
   *
   * @param dx pixels to the right, negative to the left; its first {@code count} elements are read
   * @param dy pixels down, negative up; its first {@code count} elements are read
   * @throws IllegalStateException if the features are not images
   * @throws IllegalArgumentException if a shift is not smaller than the image
   * @throws IndexOutOfBoundsException as {@link #gather}, or if there are fewer shifts than
   *     examples
   */
  public void gatherShifted(
      int[] examples, int from, int count, int[] dx, int[] dy, float[] target) {
    gatherShifted(examples, from, count, dx, dy, 0, target, 0, features());
  }

  /** The same, row i moved by the shifts {@code shift + i}, and written as the other does. */
  public void gatherShifted(
      int[] examples,
      int from,
      int count,
      int[] dx,
      int[] dy,
      int shift,
      float[] target,
      int at,
      int step) {
    Pixels images = Pixels.require("gatherShifted", features);
    Features.requireBatch(this, examples, from, count, target.length, at, step);
    PixelFeatures.requireSmaller(images.size(), dx, dy, shift, count);
    int known = ground; // A race only computes the same number twice.
    if (known < 0) {
      known = images.ground();
      ground = known;
    }
    float vacated = PixelFeatures.fraction(known);
    images.gatherShifted(examples, from, count, dx, dy, shift, vacated, target, at, step);
  }

  /**
   * The examples named, in that order; repeats allowed. Copies their features.
   *
   * @throws IndexOutOfBoundsException if there is no such example
   * @throws IllegalArgumentException if none is named
   */
  public DataSet subset(int... examples) {
    for (int example : examples) {
      Objects.checkIndex(example, size());
    }
    return new DataSet(
        features.subset(examples),
        answers.subset(examples),
        input,
        rows == null ? null : rows.subset(examples));
  }

  /** Any number of the examples: those on disk stay there. */
  DataSet subset(Ints examples) {
    return features instanceof DiskFeatures onDisk && answers instanceof DiskAnswers disk
        ? new DataSet(onDisk.some(examples), disk.subset(examples), input)
        : subset(examples.toArray());
  }

  /** Whether the examples lie on disk, in a {@link DiskSpace}. */
  public boolean onDisk() {
    return features instanceof DiskFeatures;
  }

  /** All examples, but of more than {@code most} on disk so many, evenly spaced. */
  public DataSet sample(int most) {
    long n = size();
    return onDisk() && n > most ? subset(Ints.of(most, i -> (int) (i * n / most))) : this;
  }

  /**
   * The same examples under other class numbers: a label becomes the number that its class's name
   * has in {@code names}. So examples that were read by themselves are brought to the classes of a
   * model. The features are shared.
   *
   * @param names all different
   * @throws IllegalArgumentException if the class of an example is not among the names
   * @throws IllegalStateException if the examples have targets
   */
  public DataSet withClassNames(List<String> names) {
    return with(Answers.withClasses(answers, names));
  }

  /**
   * The same examples with the targets or labels named, in that order; others are left out. So
   * examples that were read by themselves are brought to those of a model. The features are shared.
   *
   * @param names all different
   * @throws IllegalArgumentException if there is no target or label of a name
   * @throws IllegalStateException if the examples have classes
   */
  public DataSet withTargetNames(List<String> names) {
    return with(Answers.withTargets(answers, names));
  }

  private DataSet with(Answers other) {
    return other == answers ? this : new DataSet(features, other, input, rows);
  }

  /**
   * The same features with other things to learn of them. The features are shared.
   *
   * @param targets [size, targets] row by row, all finite; copied
   * @param names a name for each target, all different
   */
  public DataSet withTargets(double[] targets, List<String> names) {
    return with(Answers.targets(size(), targets.clone(), names));
  }

  /**
   * Holds out {@code round(fraction · size)} examples, of each class as near to its share as whole
   * numbers allow, one of each class left to train on. Numeric targets are cut alike: as if the
   * tenths of the examples by their first target were classes. They are drawn from a stream of the
   * seed's own: no test split draws the same. Both parts keep the order of the examples.
   *
   * @param fraction in (0, 1)
   * @param seed any number; the same gives the same parts on every JDK
   * @throws IllegalArgumentException if the fraction is out of range or leaves a part empty
   */
  public TrainTest split(double fraction, long seed) {
    StratifiedSplit.requireFraction("validation fraction", fraction);
    int held = (int) Math.round(fraction * size());
    if (held == 0 || held == size()) {
      throw new IllegalArgumentException(
          "split: a fraction of " + fraction + " of " + size() + " examples leaves one part empty");
    }
    StratifiedSplit parts = parts(fraction, new Randomness(seed, Randomness.Purpose.VALIDATION));
    return parts.of(this);
  }

  /**
   * Deals the examples into folds of the same size, but for one example more or less, each with its
   * share of every class, or of every tenth of the examples by their first target. Rows of a table
   * that belong together by a group stay in one fold; the sizes are then as near as groups allow.
   *
   * @param folds at least 2, at most as many as examples, or as groups of them
   * @param seed any number; the same gives the same folds on every JDK
   * @return the fold of each example, from 0
   * @throws IllegalArgumentException if there are fewer examples, or groups of rows, than folds
   */
  public int[] folds(int folds, long seed) {
    if (folds < 2 || folds > size()) {
      throw new IllegalArgumentException(
          "folds: expected 2 to " + size() + " for as many examples, found " + folds);
    }
    Randomness random = new Randomness(seed, Randomness.Purpose.FOLDS);
    return rows instanceof RowSplit.Groups groups
        ? groups.folds(folds, random)
        : StratifiedSplit.folds(answers.strata(), folds, random);
  }

  /** A name for each feature, as a table's header gives them; empty where there are none. */
  public List<String> featureNames() {
    return input.table().names();
  }

  /** Mean and standard deviation of the features; computed anew at each call. */
  public FeatureStatistics featureStatistics() {
    return features.statistics();
  }

  /**
   * SHA-256 in hexadecimal of what is in the set: number of examples and of classes, labels, kind
   * and size of the features (4 bytes each, big-endian), then the features (a byte a pixel, or 4
   * bytes a number). Numeric targets count as a negative number of classes, and take 8 bytes each.
   * Names are left out. Computed once.
   */
  public String fingerprint() {
    String known = fingerprint; // A race only computes the same string twice.
    if (known == null) {
      MessageDigest sha = Sha256.digest();
      answers.digest(sha);
      features.digest(sha);
      known = Sha256.hex(sha);
      fingerprint = known;
    }
    return known;
  }

  /** As {@link #asImages(ImageSize, int)}: white is 255, or 1 where no feature is above 1. */
  public DataSet asImages(ImageSize size) {
    boolean whole = features instanceof FloatFeatures plain && plain.most() > 1;
    return asImages(size, whole ? 255 : 1);
  }

  /**
   * The same examples as images: their features are pixels, row by row, from 0 (black) to {@code
   * white}.
   *
   * @param white 255, where pixels are whole numbers; or 1, where they are rounded to 255ths
   * @throws IllegalArgumentException if the size has another number of pixels, or a feature is no
   *     such number
   */
  public DataSet asImages(ImageSize size, int white) {
    FittedFeatures.requirePixels(size, features());
    var pictures = new ModelInput.Pictures(size, usualForm(size, answers), white, input.table());
    return new DataSet(FittedFeatures.pixels(features, pictures), answers, pictures);
  }

  /** Cuts the examples, classes or ranges of the first target alike unless rows say otherwise. */
  StratifiedSplit parts(double fraction, Randomness random) {
    return StratifiedSplit.of(answers, rows, fraction, random);
  }

  /** For example {@code 60000 examples of 28 x 28 pixels, 10 classes [0, 1, 2, …]}. */
  @Override
  public String toString() {
    return size() + " examples of " + features.text() + ", " + answers.text();
  }
}
