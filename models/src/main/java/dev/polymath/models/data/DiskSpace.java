package dev.polymath.models.data;

import dev.polymath.models.internal.Ints;
import dev.polymath.models.internal.MappedInts;
import dev.polymath.models.internal.MappedSort;
import dev.polymath.models.internal.ScratchFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Room on disk for data that do not fit the heap. What is read into it is mapped into memory, so
 * that the heap needs next to nothing for it, however many rows there are; the system keeps in
 * memory as much of it as there is room for.
 *
 * <pre>{@code
 * try (DiskSpace disk = DiskSpace.temporary()) {
 *   Table table = Table.read(Csv.Source.of(file), Csv.Layout.DETECTED, disk, note -> {});
 *   // From here on as with a table in memory.
 * }
 * }</pre>
 *
 * <p>Tables and data sets from disk say and train what those in memory do, but that their examples
 * have no {@linkplain DataSet#folds folds} and no {@linkplain DataSet#withWeights weights}, that
 * tables are not grouped or ordered, and that {@link DataSet#subset} copies into memory. Reading
 * them is for any number of threads, making them for one. A full disk is an {@link IOException}, or
 * an {@link UncheckedIOException} where a method declares none.
 *
 * <p>Nothing is left behind: the files have no names where the system allows it, and are deleted
 * when the space is closed elsewhere. Whatever was made in a space must not be used after {@link
 * #close()}. The disk's room comes back when the mapped memory is collected, at the latest with the
 * end of the process.
 */
public final class DiskSpace implements AutoCloseable {

  private static final double HEAP = 0.6;

  private final Path folder;
  private final List<ScratchFile> files = new ArrayList<>();
  private @Nullable MappedSort numbers;
  private @Nullable MappedSort hashes;
  private boolean closed;

  private DiskSpace(Path folder) {
    this.folder = folder;
  }

  /**
   * Room in a folder.
   *
   * @param folder that is there; on a disk, not in memory, or nothing is won
   */
  public static DiskSpace in(Path folder) {
    return new DiskSpace(Objects.requireNonNull(folder, "folder"));
  }

  /** Room in the system's folder for temporary files, {@code java.io.tmpdir}. */
  public static DiskSpace temporary() {
    return in(Path.of(System.getProperty("java.io.tmpdir")));
  }

  /**
   * Whether a table is better read onto disk: whether what it takes in memory while a model is
   * trained on it is more than 60 % of what the heap may grow to. That is estimated from the
   * table's first megabyte and its length, and is the same at each call.
   *
   * @param table a file, no pipe
   */
  public static boolean isNeededFor(Path table, Csv.Layout layout) throws IOException {
    return TableSize.inMemory(table, layout) > HEAP * Runtime.getRuntime().maxMemory();
  }

  /**
   * The same for an IDX file of images.
   *
   * @param images plain, or packed to about a quarter
   */
  public static boolean isNeededFor(Path images) throws IOException {
    long packed = ScratchFile.isGzip(images) ? 4 : 1;
    return 2.0 * packed * Files.size(images) > HEAP * Runtime.getRuntime().maxMemory();
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  /** How many bytes of disk were taken so far. */
  public synchronized long bytes() {
    return files.stream().mapToLong(ScratchFile::size).sum();
  }

  /** A new and empty file, closed with this space. */
  synchronized ScratchFile file() throws IOException {
    if (closed) {
      throw new IllegalStateException("the disk space is closed");
    }
    ScratchFile file = ScratchFile.in(folder);
    files.add(file);
    return file;
  }

  /** What it sorts numbers with: empty, and shared, so that what was sorted before is lost. */
  MappedSort numbers(long capacity) {
    numbers = sort(numbers, capacity);
    return numbers;
  }

  /** The same for hashes, so that both can be looked at. */
  MappedSort hashes(long capacity) {
    hashes = sort(hashes, capacity);
    return hashes;
  }

  private MappedSort sort(@Nullable MappedSort known, long capacity) {
    if (known != null && known.capacity() >= capacity) {
      known.clear();
      return known;
    }
    try {
      return new MappedSort(file(), file(), capacity);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A copy of numbers on disk. */
  MappedInts copy(Ints numbers) {
    return copy(numbers, false);
  }

  /** A copy of numbers on disk that may be changed. */
  MappedInts changing(Ints numbers) {
    return copy(numbers, true);
  }

  private MappedInts copy(Ints numbers, boolean changing) {
    try {
      ScratchFile file = file();
      for (int i = 0; i < numbers.size(); i++) {
        file.putInt(numbers.at(i));
      }
      return changing ? MappedInts.changing(file) : MappedInts.of(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives all files back. Closing again does nothing. */
  @Override
  public synchronized void close() {
    closed = true;
    for (ScratchFile file : files) {
      try {
        file.close();
      } catch (IOException e) {
        // Nothing was to be kept of it.
      }
    }
    files.clear();
  }

  /** Where it is and how much it takes. */
  @Override
  public String toString() {
    return "DiskSpace[" + folder + ", " + (bytes() >> 20) + " MB]";
  }
}
