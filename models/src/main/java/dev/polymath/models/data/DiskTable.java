package dev.polymath.models.data;

import dev.polymath.models.internal.Ints;
import dev.polymath.models.internal.MappedInts;
import dev.polymath.models.internal.MappedSort;
import dev.polymath.models.internal.Randomness;
import dev.polymath.models.internal.ScratchFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a {@link Table} on disk does in another way than one in memory.
 *
 * @param space where it is
 * @param lines in which the rows of the whole table begin
 * @param rows of the whole table that the table has
 */
record DiskTable(DiskSpace space, Ints lines, Ints rows) {

  /** The columns of a table that is read, and where they are. */
  record Read(DiskTable place, List<TableColumn> columns) {}

  /** Reads all rows. */
  static Read read(CsvTable csv, DiskSpace space) throws IOException {
    int first = csv.firstFeature();
    int columns = csv.columns() - first;
    ScratchFile lines = space.file();
    DiskCells.Writer cells = new DiskCells.Writer(space.file(), columns);
    DiskText texts = new DiskText(space.file());
    DiskColumnReader.Budget budget = new DiskColumnReader.Budget();
    List<DiskColumnReader> readers = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      readers.add(new DiskColumnReader(cells, i, texts, budget));
    }
    int rows = 0;
    while (csv.next()) {
      for (int i = 0; i < columns; i++) {
        String cell = csv.cell(first + i);
        DiskColumnReader reader = readers.get(i);
        reader.add(cell, reader.knows(cell) ? Double.NaN : csv.plainNumber(cell));
      }
      cells.next();
      lines.putInt((int) Math.min(csv.line(), Integer.MAX_VALUE));
      if (rows == Integer.MAX_VALUE - 8) {
        throw csv.fail("line " + csv.line() + ": more rows than can be numbered");
      }
      rows++;
    }
    texts.end();
    DiskCells all = cells.cells();
    Ints every = Ints.of(rows, i -> i);
    List<TableColumn> read = new ArrayList<>();
    for (DiskColumnReader reader : readers) {
      read.add(new DiskColumn(space, reader.content(all, csv.mark()), every));
    }
    return new Read(new DiskTable(space, MappedInts.of(lines), every), read);
  }

  /** Some of its rows. */
  DiskTable subset(Ints chosen) {
    return new DiskTable(
        space, lines, space.copy(Ints.of(chosen.size(), i -> rows.at(chosen.at(i)))));
  }

  /** The same rows of a column. */
  TableColumn of(TableColumn column) {
    return ((DiskColumn) column).over(rows);
  }

  /** The line in which a row begins. */
  int line(int row) {
    return lines.at(rows.at(row));
  }

  /** The rows in which a column is not missing. */
  Ints present(TableColumn cells) {
    try {
      ScratchFile file = space.file();
      for (int row = 0; row < cells.size(); row++) {
        if (!cells.isMissing(row)) {
          file.putInt(row);
        }
      }
      return MappedInts.of(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What each row of the table answers, on disk. */
  Answers answers(Table table, Table.Target target) {
    TableColumn cells = table.cells(target.column());
    try {
      ScratchFile file = space.file();
      if (target.task() != Task.CLASSIFICATION) {
        TargetColumns.Row values = TargetColumns.values(table, target);
        double[] row = new double[target.names().size()];
        for (int i = 0; i < cells.size(); i++) {
          values.read(i, row, 0);
          for (double value : row) {
            file.putDouble(value);
          }
        }
        return DiskAnswers.targets(space, file, target.names(), target.task());
      }
      TargetCells.ClassOf classOf = TargetCells.classOf(table, target.column(), target.names());
      for (int row = 0; row < cells.size(); row++) {
        file.putInt(classOf.of(row));
      }
      return DiskAnswers.labels(space, file, target.names());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@link StratifiedSplit#of}, with the same rows in both parts. */
  static StratifiedSplit split(DiskSpace space, Ints strata, double fraction, Randomness random) {
    int n = strata.size();
    int groups = 0;
    for (int i = 0; i < n; i++) {
      groups = Math.max(groups, strata.at(i) + 1);
    }
    int[] sizes = new int[groups];
    for (int i = 0; i < n; i++) {
      sizes[strata.at(i)]++;
    }
    int[] left = StratifiedSplit.quotas(sizes, n, fraction);
    MappedInts order = space.changing(Ints.of(n, i -> i));
    for (int i = n - 1; i > 0; i--) {
      int j = random.below(i + 1);
      int swapped = order.at(i);
      order.set(i, order.at(j));
      order.set(j, swapped);
    }
    long[] held = new long[(n >> 6) + 1];
    for (int i = 0; i < n; i++) {
      int example = order.at(i);
      if (left[strata.at(example)]-- > 0) {
        held[example >> 6] |= 1L << example;
      }
    }
    try {
      ScratchFile kept = space.file();
      ScratchFile out = space.file();
      for (int i = 0; i < n; i++) {
        ((held[i >> 6] >> i & 1) == 0 ? kept : out).putInt(i);
      }
      return new StratifiedSplit(MappedInts.of(kept), MappedInts.of(out));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A number for each row, sorted: the same for rows that are the same. */
  MappedSort sortedHashes(Table table, boolean asNumbers) {
    // Two tables are compared: each in a place of its own.
    MappedSort sort = asNumbers ? space.numbers(table.rows()) : space.hashes(table.rows());
    for (int row = 0; row < table.rows(); row++) {
      sort.add(table.hash(row));
    }
    sort.sort();
    return sort;
  }
}
