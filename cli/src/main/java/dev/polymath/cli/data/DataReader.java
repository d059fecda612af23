package dev.polymath.cli.data;

import dev.polymath.cli.data.Examples.Kind;
import dev.polymath.cli.files.FileErrors;
import dev.polymath.cli.files.InputFile;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.DiskSpace;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.Mnist;
import dev.polymath.models.data.PictureForm;
import dev.polymath.models.data.Task;
import dev.polymath.models.data.TrainTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads files and folders of examples.
 *
 * @param layout of tables
 * @param image the size of the images that a table's features are; null if they are none
 * @param form of pictures; null for the usual one of their classes
 * @param task of tables; null where the label decides
 * @param matching what tables are matched to while they are read; null where there is no model yet
 * @param notes gets what a person should know of how a table was read, a sentence each
 */
record DataReader(
    Csv.Layout layout,
    @Nullable ImageSize image,
    @Nullable PictureForm form,
    @Nullable Task task,
    @Nullable Matching matching,
    Consumer<String> notes) {

  /** Reads a CSV file, MNIST's four files, or folders of pictures. */
  Examples read(String argument, DiskOptions disk) throws IOException {
    return FileErrors.named(InputFile.name(argument), () -> examples(argument, disk));
  }

  /** Reads MNIST's four files, or others like them, which may be large. */
  static TrainTest mnist(Path folder, DiskOptions disk) throws IOException {
    DiskSpace space = disk.forIdx(folder);
    return space == null ? Mnist.load(folder) : Mnist.load(folder, space);
  }

  private Examples examples(String argument, DiskOptions disk) throws IOException {
    if (argument.equals(InputFile.STANDARD_INPUT)) {
      Csv.Source source = Csv.Source.of(InputFile.name(argument), InputFile.standardInput());
      return new Examples(Kind.TABLE, table(source), null);
    }
    Path path = Path.of(argument);
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (!Files.isDirectory(path)) {
      return new Examples(Kind.TABLE, table(Csv.Source.of(argument, InputFile.stream(path))), null);
    }
    if (holdsMnist(path)) {
      return Examples.idx(mnist(path, disk));
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
        Kind.PICTURES,
        examples,
        parted ? PictureFolder.read(PictureFolder.classes(test), used) : null);
  }

  private DataSet table(Csv.Source file) throws IOException {
    if (matching != null) {
      return matching.table(file, layout);
    }
    try {
      // Pixels are usually of classes, and their numbers need no note then.
      Task told = image == null || task != null ? task : Task.CLASSIFICATION;
      DataSet examples = Csv.read(file, layout, told, notes);
      return image == null ? examples : examples.asImages(image);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /** Whether a file in a folder of data is one of those that are read. */
  static boolean isExample(Path file) {
    return Picture.isNamed(file)
        || isMnist(file)
        || file.getFileName().toString().matches("(train|t10k)-labels.*");
  }

  private static boolean isMnist(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith("train-images") || name.startsWith("t10k-images");
  }

  private static boolean holdsMnist(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.anyMatch(DataReader::isMnist);
    }
  }
}
