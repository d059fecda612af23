package dev.polymath.models.data;

import dev.polymath.models.internal.Randomness;
import dev.polymath.models.internal.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Examples of a classification problem: features [size, features] with one label each, a class
 * number in [0, classes).
 *
 * <p>Features are either images, kept as one byte a pixel and delivered as {@code value / 255} in
 * [0, 1], or plain numbers, kept and delivered as float32. Immutable: factories copy what they are
 * given, and any number of threads may read at once.
 */
public final class DataSet {
  private static final int MOST_NAMES_SHOWN = 20;

  private final Features features;
  private final int[] labels;
  private final List<String> classNames;
  private final ModelInput input;
  private @Nullable String fingerprint;
  private int ground = -1;

  /** Takes over the arrays; checks all but the features' values. The input is the usual one. */
  DataSet(Features features, int[] labels, List<String> classNames) {
    this(
        features,
        labels,
        classNames,
        features instanceof PixelFeatures images
            ? new ModelInput.Pictures(images.size(), PictureForm.usual(images.size(), classNames))
            : new ModelInput.Numbers(features.count()));
  }

  /** Takes over the arrays; checks all but the features' values. */
  DataSet(Features features, int[] labels, List<String> classNames, ModelInput input) {
    this.features = features;
    this.input = input;
    this.labels = labels;
    this.classNames = List.copyOf(classNames);
    if (labels.length == 0 || classNames.isEmpty()) {
      throw new IllegalArgumentException(
          "data set: expected at least one example and one class, found "
              + labels.length
              + " and "
              + classNames.size());
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classNames.size()) {
        throw new IllegalArgumentException(
            "data set: label of example "
                + i
                + " is "
                + labels[i]
                + ", expected 0 to "
                + (classNames.size() - 1));
      }
    }
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
    requireLength(pixels.length, labels.length, size.pixels());
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
    if (features < 1) {
      throw new IllegalArgumentException(
          "data set: expected at least one feature, found " + features);
    }
    requireLength(values.length, labels.length, features);
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "data set: feature "
                + i % features
                + " of example "
                + i / features
                + " is "
                + values[i]
                + ", expected a finite number");
      }
    }
    return new DataSet(new FloatFeatures(features, values.clone()), labels.clone(), classNames);
  }

  private static void requireLength(int found, int examples, int features) {
    if (found != (long) examples * features) {
      throw new IllegalArgumentException(
          "data set: "
              + examples
              + " labels and "
              + features
              + " features take "
              + (long) examples * features
              + " values, found "
              + found);
    }
  }

  /** Number of examples, at least 1. */
  public int size() {
    return labels.length;
  }

  /** Number of features of an example, at least 1; for images height · width. */
  public int features() {
    return features.count();
  }

  /** Number of classes, at least 1. */
  public int classes() {
    return classNames.size();
  }

  /** Names of the classes, in the order of the labels. */
  public List<String> classNames() {
    return classNames;
  }

  /** Size of the images; empty where the features are plain numbers. */
  public Optional<ImageSize> imageSize() {
    return features instanceof PixelFeatures images ? Optional.of(images.size()) : Optional.empty();
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
        labels,
        classNames,
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
    return fitted == features ? this : new DataSet(fitted, labels, classNames, wanted);
  }

  /**
   * Class number of an example, in [0, classes).
   *
   * @throws IndexOutOfBoundsException if there is no such example
   */
  public int label(int example) {
    return labels[example];
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
    checkBatch(examples, from, count, target);
    features.gather(examples, from, count, target);
  }

  /**
   * Writes a batch as {@link #gather} does, each image moved: pixel (r, c) of row i is pixel (r −
   * dy[i], c − dx[i]) of the example. Where that lies outside it is the ground: the median of the
   * pixels at the borders of all images, black for light digits on black. Allocates nothing, but
   * that the first call finds the ground.
   *
   * @param examples numbers of examples; read
   * @param from where the batch begins in {@code examples}
   * @param count examples of the batch
   * @param dx pixels to the right, negative to the left; its first {@code count} elements are read
   * @param dy pixels down, negative up; its first {@code count} elements are read
   * @param target its first count · features elements are overwritten
   * @throws IllegalStateException if the features are not images
   * @throws IllegalArgumentException if a shift is not smaller than the image
   * @throws IndexOutOfBoundsException as {@link #gather}, or if there are fewer shifts than
   *     examples
   */
  public void gatherShifted(
      int[] examples, int from, int count, int[] dx, int[] dy, float[] target) {
    if (!(features instanceof PixelFeatures images)) {
      throw new IllegalStateException(
          "gatherShifted: expected images, found " + features() + " plain features");
    }
    checkBatch(examples, from, count, target);
    Objects.checkFromIndexSize(0, count, dx.length);
    Objects.checkFromIndexSize(0, count, dy.length);
    int width = images.size().width();
    int height = images.size().height();
    for (int i = 0; i < count; i++) {
      if (dx[i] <= -width || dx[i] >= width || dy[i] <= -height || dy[i] >= height) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "gatherShifted: shift %d is (%d, %d), expected less than the %d x %d pixels (width x height)",
                i,
                dx[i],
                dy[i],
                width,
                height));
      }
    }
    int known = ground; // A race only computes the same number twice.
    if (known < 0) {
      known = images.ground();
      ground = known;
    }
    images.gatherShifted(examples, from, count, dx, dy, PixelFeatures.fraction(known), target);
  }

  private void checkBatch(int[] examples, int from, int count, float[] target) {
    Objects.checkFromIndexSize(from, count, examples.length);
    if ((long) count * features() > target.length) {
      throw new IndexOutOfBoundsException(
          "gather: "
              + count
              + " examples of "
              + features()
              + " features do not fit in "
              + target.length
              + " elements");
    }
    for (int i = from; i < from + count; i++) {
      Objects.checkIndex(examples[i], labels.length);
    }
  }

  /**
   * The examples named, in that order; repeats allowed. Copies their features.
   *
   * @throws IndexOutOfBoundsException if there is no such example
   * @throws IllegalArgumentException if none is named
   */
  public DataSet subset(int... examples) {
    int[] chosen = new int[examples.length];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = labels[Objects.checkIndex(examples[i], labels.length)];
    }
    return new DataSet(features.subset(examples), chosen, classNames, input);
  }

  /**
   * The same examples under other class numbers: a label becomes the number that its class's name
   * has in {@code names}. So examples that were read by themselves are brought to the classes of a
   * model. The features are shared.
   *
   * @param names all different
   * @throws IllegalArgumentException if the class of an example is not among the names
   */
  public DataSet withClassNames(List<String> names) {
    if (names.equals(classNames)) {
      return this;
    }
    int[] numbers = renumbering(classNames, names);
    int[] renumbered = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      renumbered[i] = numbers[labels[i]];
      if (renumbered[i] < 0) {
        throw new IllegalArgumentException(
            "class \""
                + classNames.get(labels[i])
                + "\" of example "
                + i
                + ": expected one of "
                + names);
      }
    }
    return new DataSet(features, renumbered, names, input);
  }

  /** For each old name its place among the new, or −1. */
  static int[] renumbering(List<String> from, List<String> to) {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < to.size(); i++) {
      if (places.put(to.get(i), i) != null) {
        throw new IllegalArgumentException("class names: expected different ones, found " + to);
      }
    }
    return from.stream().mapToInt(name -> places.getOrDefault(name, -1)).toArray();
  }

  /**
   * Holds out {@code round(fraction · size)} examples, of each class as near to its share as whole
   * numbers allow, one of each class left to train on. They are drawn from a stream of the seed's
   * own: no test split draws the same. Both parts keep the order of the examples.
   *
   * @param fraction in (0, 1)
   * @param seed any number; the same gives the same parts on every JDK
   * @throws IllegalArgumentException if the fraction is out of range or leaves a part empty
   */
  public TrainTest split(double fraction, long seed) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new IllegalArgumentException(
          "split: validation fraction: expected between 0 and 1, found " + fraction);
    }
    int held = (int) Math.round(fraction * size());
    if (held == 0 || held == size()) {
      throw new IllegalArgumentException(
          "split: a fraction of " + fraction + " of " + size() + " examples leaves one part empty");
    }
    StratifiedSplit parts =
        StratifiedSplit.of(this, fraction, new Randomness(seed, Randomness.Purpose.VALIDATION));
    return new TrainTest(subset(parts.kept()), subset(parts.heldOut()));
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
   * bytes a number). Class names are left out. Computed once.
   */
  public String fingerprint() {
    String known = fingerprint; // A race only computes the same string twice.
    if (known == null) {
      known = digest();
      fingerprint = known;
    }
    return known;
  }

  private String digest() {
    MessageDigest sha = Sha256.digest();
    ByteBuffer head = ByteBuffer.allocate(8 + 4 * labels.length);
    head.putInt(labels.length).putInt(classNames.size());
    head.asIntBuffer().put(labels);
    sha.update(head.array());
    features.digest(sha);
    return Sha256.hex(sha);
  }

  /**
   * The same examples as images: their features are pixels, row by row, either whole numbers from 0
   * (black) to 255 or, where none is above 1, fractions of white, rounded to 255ths.
   *
   * @throws IllegalArgumentException if the size has another number of pixels, or a feature is no
   *     such number
   */
  public DataSet asImages(ImageSize size) {
    float most = 0;
    if (features instanceof FloatFeatures plain) {
      for (float value : plain.values()) {
        most = Math.max(most, value);
      }
    }
    return asImages(size, most > 1 ? 255 : 1);
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
    if (size.pixels() != features()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "images of %d x %d pixels: expected %d features, found %d",
              size.height(),
              size.width(),
              size.pixels(),
              features()));
    }
    PictureForm form = PictureForm.usual(size, classNames);
    ModelInput.Pictures pictures = new ModelInput.Pictures(size, form, white, input.table());
    return new DataSet(FittedFeatures.pixels(features, pictures), labels, classNames, pictures);
  }

  /** Throws unless the other set has the same kind of features and the same classes. */
  void requireSameKind(DataSet other) {
    if (features() != other.features()
        || !imageSize().equals(other.imageSize())
        || !classNames.equals(other.classNames)) {
      throw new IllegalArgumentException("data sets differ: " + this + " and " + other);
    }
  }

  /** For example {@code 60000 examples of 28 x 28 pixels, 10 classes [0, 1, 2, …]}. */
  @Override
  public String toString() {
    boolean all = classes() <= MOST_NAMES_SHOWN;
    List<String> shown = all ? classNames : classNames.subList(0, MOST_NAMES_SHOWN);
    return size()
        + " examples of "
        + imageSize()
            .map(s -> s.height() + " x " + s.width() + " pixels")
            .orElse(features() + " features")
        + ", "
        + classes()
        + " classes ["
        + String.join(", ", shown)
        + (all ? "]" : ", ...]");
  }
}
