package dev.polymath.cli.data;

import dev.polymath.cli.files.InputFile;
import dev.polymath.cli.terminal.Heading;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DiskSpace;
import dev.polymath.models.data.Mnist;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether data are read onto disk because they do not fit the heap, and where. */
@Heading("Data options:")
final class DiskOptions implements AutoCloseable {

  @Option(
      names = "--on-disk",
      negatable = true,
      description =
          "CSV and IDX: train and test from disk, with little memory. Default: where the data would"
              + " take more than 60 %% of it.")
  private @Nullable Boolean onDisk;

  @Option(
      names = "--disk-folder",
      paramLabel = "DIR",
      description =
          "Where data are kept meanwhile, several times as large as their file. Default: the"
              + " system's folder for temporary files.")
  private @Nullable Path folder;

  private @Nullable DiskSpace space;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  DiskOptions() {}

  /** Whether disk was asked for. */
  boolean asked() {
    return Boolean.TRUE.equals(onDisk);
  }

  /** Where a table is read onto; null for memory. */
  @Nullable DiskSpace forTable(String source, Csv.Layout layout) throws IOException {
    boolean file = !source.equals(InputFile.STANDARD_INPUT) && Files.isRegularFile(Path.of(source));
    boolean needed =
        onDisk == null ? file && DiskSpace.isNeededFor(Path.of(source), layout) : onDisk;
    return needed ? space() : null;
  }

  /** The same for a folder of IDX files. */
  @Nullable DiskSpace forIdx(Path source) throws IOException {
    boolean needed = onDisk == null ? Mnist.isLarge(source) : onDisk;
    return needed ? space() : null;
  }

  private DiskSpace space() {
    DiskSpace known = space;
    if (known == null) {
      known = folder == null ? DiskSpace.temporary() : DiskSpace.in(folder);
      space = known;
    }
    return known;
  }

  /** What is said of where the data are; empty for memory. */
  String text() {
    DiskSpace used = space;
    if (used == null) {
      return "";
    }
    return used.bytes() == 0
        ? "; left on disk"
        : String.format(Locale.ROOT, "; on disk, %,d MB in %s", used.bytes() >> 20, used.folder());
  }

  @Override
  public void close() {
    if (space != null) {
      space.close();
    }
  }
}
