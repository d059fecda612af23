package dev.polymath.models.data;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
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
  private @Nullable String fingerprint;

  /** Takes over the arrays; checks all but the features' values. */
  DataSet(Features features, int[] labels, List<String> classNames) {
    this.features = features;
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
   * dy[i], c − dx[i]) of the example, or 0 where that lies outside. Allocates nothing.
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
            "gatherShifted: shift %d is (%d, %d), expected less than the %d x %d pixels (width x height)"
                .formatted(i, dx[i], dy[i], width, height));
      }
    }
    images.gatherShifted(examples, from, count, dx, dy, target);
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
    return new DataSet(features.subset(examples), chosen, classNames);
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
    return new DataSet(features, renumbered, names);
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
   * Holds out {@code round(validationFraction · size)} examples, drawn without repeats. The same
   * seed gives the same parts on every JDK.
   *
   * @param validationFraction in (0, 1)
   * @param seed any number
   * @throws IllegalArgumentException if the fraction is out of range or leaves a part empty
   */
  public TrainValidation split(double validationFraction, long seed) {
    if (!(validationFraction > 0 && validationFraction < 1)) {
      throw new IllegalArgumentException(
          "split: validation fraction " + validationFraction + ", expected between 0 and 1");
    }
    int held = (int) Math.round(validationFraction * size());
    if (held == 0 || held == size()) {
      throw new IllegalArgumentException(
          "split: a fraction of "
              + validationFraction
              + " of "
              + size()
              + " examples leaves one part empty");
    }
    int[] order = new int[size()];
    Arrays.setAll(order, i -> i);
    Draws.shuffle(new SplittableRandom(seed), order);
    return new TrainValidation(
        subset(Arrays.copyOfRange(order, held, order.length)), subset(Arrays.copyOf(order, held)));
  }

  /** A name for each feature, as a table's header gives them; empty where there are none. */
  public List<String> featureNames() {
    return features.names();
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
    MessageDigest sha;
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    ByteBuffer head = ByteBuffer.allocate(8 + 4 * labels.length);
    head.putInt(labels.length).putInt(classNames.size());
    head.asIntBuffer().put(labels);
    sha.update(head.array());
    features.digest(sha);
    return HexFormat.of().formatHex(sha.digest());
  }

  /**
   * The same examples as images: their features are pixels, row by row, either whole numbers from 0
   * (black) to 255 or, where none is above 1, fractions of white, rounded to 255ths.
   *
   * @throws IllegalArgumentException if the size has another number of pixels, or a feature is no
   *     such number
   */
  public DataSet asImages(ImageSize size) {
    if (size.pixels() != features()) {
      throw new IllegalArgumentException(
          "images of %d x %d pixels: expected %d features, found %d"
              .formatted(size.height(), size.width(), size.pixels(), features()));
    }
    if (!(features instanceof FloatFeatures plain)) {
      return new DataSet(
          new PixelFeatures(size, ((PixelFeatures) features).stored()), labels, classNames);
    }
    float[] values = plain.values();
    float most = 0;
    for (float value : values) {
      most = Math.max(most, value);
    }
    float white = most > 1 ? 1 : 255;
    byte[] pixels = new byte[values.length];
    for (int i = 0; i < pixels.length; i++) {
      float pixel = values[i] * white;
      int rounded = Math.round(pixel);
      if (!(pixel >= 0 && pixel <= 255) || white == 1 && rounded != pixel) {
        throw new IllegalArgumentException(
            "pixel %d of example %d: expected a whole number from 0 to 255, found %s"
                .formatted(i % features(), i / features(), values[i]));
      }
      pixels[i] = (byte) rounded;
    }
    return new DataSet(PixelFeatures.ofUnsigned(size, pixels), labels, classNames);
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
