package dev.polymath.cli.data;

import dev.polymath.models.data.Csv;
import dev.polymath.models.data.CsvLayout;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.Mnist;
import dev.polymath.models.data.TrainTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads files and folders of examples.
 *
 * @param layout of tables
 * @param image the size of the images that a table's features are; null if they are none
 * @param form of pictures; null for the usual one of their classes
 */
public record DataSource(CsvLayout layout, @Nullable ImageSize image, @Nullable PictureForm form) {

  /**
   * What a file or folder holds.
   *
   * @param all its examples, or those to train on where it has a test part
   * @param test its test part; null if it has none
   * @param form in which pictures were read; null for other data
   */
  record Examples(DataSet all, @Nullable DataSet test, @Nullable PictureForm form) {
    static Examples of(TrainTest parts) {
      return new Examples(parts.train(), parts.test(), null);
    }
  }

  /** Reads a CSV file, MNIST's four files, or folders of pictures. */
  Examples read(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (!Files.isDirectory(path)) {
      return new Examples(table(path), null, null);
    }
    if (holdsMnist(path)) {
      return Examples.of(Mnist.load(path));
    }
    Path train = path.resolve("train");
    Path test = path.resolve("test");
    boolean parted = Files.isDirectory(train) && Files.isDirectory(test);
    List<Path> classes = PictureFolder.classes(parted ? train : path);
    if (classes.isEmpty()) {
      throw new IOException(
          path + ": holds neither a folder of pictures for each class nor MNIST's four files");
    }
    PictureForm used = form == null ? PictureFolder.usualForm(classes) : form;
    DataSet examples = PictureFolder.read(classes, used);
    return new Examples(
        examples, parted ? PictureFolder.read(PictureFolder.classes(test), used) : null, used);
  }

  private DataSet table(Path file) throws IOException {
    DataSet examples = Csv.read(file, layout);
    try {
      return image == null ? examples : examples.asImages(image);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static boolean holdsMnist(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .anyMatch(name -> name.startsWith("train-images") || name.startsWith("t10k-images"));
    }
  }
}
