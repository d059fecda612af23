package dev.polymath.cli.data;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.GreyImage;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.PictureForm;
import dev.polymath.models.internal.ClassNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code FOLDER/CLASS/*.png}: a folder of pictures for each class, named after it.
 *
 * <p>Hidden folders, {@code __MACOSX} and files without a picture's ending are passed over. The
 * examples stand in the order of their classes and names.
 */
final class PictureFolder {

  /**
   * Larger images are no input for this network: its first layer would have 128 weights a pixel.
   */
  private static final int MOST_PIXELS = 1 << 16;

  /** What the JDK puts in place of bytes that are no text in the system's encoding. */
  private static final char NO_CHARACTER = '\ufffd';

  private PictureFolder() {}

  /** The folders of classes, in the order of the classes. */
  static List<Path> classes(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return ordered(entries.filter(Files::isDirectory).filter(PictureFolder::isVisible));
    }
  }

  private static boolean isVisible(Path path) {
    String name = path.getFileName().toString();
    return !name.startsWith(".") && !name.equals("__MACOSX");
  }

  private static List<Path> ordered(Stream<Path> paths) throws IOException {
    Map<String, Path> byName = new HashMap<>();
    for (Path path : paths.toList()) {
      String name = path.getFileName().toString();
      // Two names of which the platform knows nothing would be one.
      if (name.indexOf(NO_CHARACTER) >= 0) {
        throw new IOException(path + ": the locale has no text for its name");
      }
      byName.put(name, path);
    }
    return ClassNames.ordered(byName.keySet()).stream().map(byName::get).toList();
  }

  /** What is done where nothing is said: digits have the form that MNIST's have. */
  static PictureForm usualForm(List<Path> classes) {
    return PictureForm.areDigits(names(classes)) ? PictureForm.MNIST : PictureForm.AS_IS;
  }

  /**
   * Reads all pictures.
   *
   * @throws IOException if a class has no picture, a picture can't be read, or, taken as it is, has
   *     another size than the others or too many pixels
   */
  static DataSet read(List<Path> classes, PictureForm form) throws IOException {
    List<Path> files = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      List<Path> pictures = pictures(classes.get(c));
      files.addAll(pictures);
      labels.addAll(Collections.nCopies(pictures.size(), c));
    }
    List<Read> images = files.parallelStream().map(file -> Read.of(file, form)).toList();
    ImageSize size = size(files, images);
    byte[] pixels = new byte[Math.multiplyExact(images.size(), size.pixels())];
    for (int i = 0; i < images.size(); i++) {
      System.arraycopy(images.get(i).pixels, 0, pixels, i * size.pixels(), size.pixels());
    }
    int[] numbers = labels.stream().mapToInt(label -> label).toArray();
    return DataSet.ofImages(size, pixels, numbers, names(classes)).withForm(form);
  }

  private static List<String> names(List<Path> classes) {
    return classes.stream().map(folder -> folder.getFileName().toString()).toList();
  }

  private static List<Path> pictures(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> pictures =
          ordered(entries.filter(f -> Picture.isNamed(f) && isVisible(f) && !Files.isDirectory(f)));
      if (pictures.isEmpty()) {
        throw new IOException(folder + ": holds no picture, expected those of its class");
      }
      return pictures;
    }
  }

  /** The one size of all. */
  private static ImageSize size(List<Path> files, List<Read> images) throws IOException {
    ImageSize size = null;
    for (int i = 0; i < images.size(); i++) {
      Read image = images.get(i);
      if (image.failure != null) {
        throw image.failure;
      }
      if (size == null) {
        size = image.size;
      }
      if (!image.size.equals(size)) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "%s: has %d x %d pixels (width x height), but %s has %d x %d; %s",
                files.get(i),
                image.size.width(),
                image.size.height(),
                files.get(0),
                size.width(),
                size.height(),
                "--pictures mnist brings digits of any size into one"));
      }
    }
    if (size == null) {
      throw new IOException("expected at least one picture, found none");
    }
    if (size.pixels() > MOST_PIXELS) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s: has %d x %d pixels, expected at most %d in all; scale the pictures down",
              files.get(0),
              size.width(),
              size.height(),
              MOST_PIXELS));
    }
    return size;
  }

  /** One picture, or why it is none. */
  private record Read(ImageSize size, byte[] pixels, @Nullable IOException failure) {
    static Read of(Path file, PictureForm form) {
      try {
        GreyImage image = Picture.read(file, form);
        return new Read(image.size(), image.toBytes(), null);
      } catch (IOException e) {
        return new Read(ImageSize.MNIST, new byte[0], e);
      }
    }
  }
}
