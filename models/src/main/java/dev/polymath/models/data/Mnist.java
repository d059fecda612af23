package dev.polymath.models.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The MNIST data of handwritten digits, and any set published in the same four files. The files are
 * not part of this library.
 */
public final class Mnist {
  private static final List<String> CLASSES =
      List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

  private Mnist() {}

  /**
   * Reads {@code train-images-idx3-ubyte}, {@code train-labels-idx1-ubyte}, {@code
   * t10k-images-idx3-ubyte} and {@code t10k-labels-idx1-ubyte} from a folder. Each may be gzip with
   * {@code .gz} behind its name, and may be written with {@code .idx} in place of {@code -idx}.
   *
   * @throws IOException if the folder or a file is missing, or a file is not what {@link Idx#read}
   *     expects
   */
  public static TrainTest load(Path folder) throws IOException {
    return load(folder, Idx::read);
  }

  /** The same without memory for the images: see {@link Idx#read(Path, Path, List, DiskSpace)}. */
  public static TrainTest load(Path folder, DiskSpace disk) throws IOException {
    return load(folder, (images, labels, classes) -> Idx.read(images, labels, classes, disk));
  }

  /** Whether the images of a folder are better left on disk. */
  public static boolean isLarge(Path folder) throws IOException {
    Path images = find(folder, "train-images", "idx3-ubyte", new ArrayList<>());
    return Files.isRegularFile(images) && DiskSpace.isNeededFor(images);
  }

  private interface Reading {
    DataSet read(Path images, Path labels, List<String> classNames) throws IOException;
  }

  private static TrainTest load(Path folder, Reading reading) throws IOException {
    List<String> missing = new ArrayList<>();
    Path trainImages = find(folder, "train-images", "idx3-ubyte", missing);
    Path trainLabels = find(folder, "train-labels", "idx1-ubyte", missing);
    Path testImages = find(folder, "t10k-images", "idx3-ubyte", missing);
    Path testLabels = find(folder, "t10k-labels", "idx1-ubyte", missing);
    if (!missing.isEmpty()) {
      throw new IOException(
          folder
              + (Files.isDirectory(folder) ? ": missing " : ": no such folder, expected one with ")
              + String.join(", ", missing)
              + " (or .idx for -idx; plain or .gz)");
    }
    DataSet train = reading.read(trainImages, trainLabels, CLASSES);
    DataSet test = reading.read(testImages, testLabels, CLASSES);
    ImageSize size = train.imageSize().orElseThrow();
    ImageSize testSize = test.imageSize().orElseThrow();
    if (!size.equals(testSize)) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s: byte 8: images of %d x %d pixels, but %s has %d x %d",
              testImages,
              testSize.height(),
              testSize.width(),
              trainImages,
              size.height(),
              size.width()));
    }
    return new TrainTest(train, test);
  }

  /** The first of the four spellings that exists; otherwise notes the usual name as missing. */
  private static Path find(Path folder, String stem, String suffix, List<String> missing) {
    for (String join : List.of("-", ".")) {
      for (String compression : List.of("", ".gz")) {
        Path file = folder.resolve(stem + join + suffix + compression);
        if (Files.isRegularFile(file)) {
          return file;
        }
      }
    }
    missing.add(stem + "-" + suffix);
    return folder;
  }
}
