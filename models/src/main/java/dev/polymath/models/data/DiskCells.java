package dev.polymath.models.data;

import dev.polymath.models.internal.ScratchFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;

/**
 * The cells of a table on disk, 8 bytes each. Some rows at once make a group, in which the cells of
 * a column lie side by side: so a table is written row by row and read column by column.
 */
final class DiskCells {

  private static final int GROUP_CELLS = 1 << 20;
  private static final int MOST_ROWS = 1 << 12;

  private final int columns;
  private final int bits;
  private final int groupsPerPiece;
  private final LongBuffer[] pieces;

  private DiskCells(int columns, int bits, ScratchFile.Mapped mapped) {
    this.columns = columns;
    this.bits = bits;
    groupsPerPiece = (int) mapped.records();
    pieces = new LongBuffer[mapped.pieces().length];
    for (int i = 0; i < pieces.length; i++) {
      ByteBuffer piece = mapped.pieces()[i];
      pieces[i] = piece.asLongBuffer();
    }
  }

  /** The cell of a row and a column. */
  long at(int row, int column) {
    int group = row >>> bits;
    int inPiece = group % groupsPerPiece;
    int place = ((inPiece * columns + column) << bits) + (row & (1 << bits) - 1);
    return pieces[group / groupsPerPiece].get(place);
  }

  /** Writes cells, a group of rows after the other. */
  static final class Writer {

    private final ScratchFile file;
    private final int columns;
    private final int bits;
    private final long[] group;
    private int row;

    Writer(ScratchFile file, int columns) {
      this.file = file;
      this.columns = columns;
      int rows = Math.max(1, Math.min(MOST_ROWS, GROUP_CELLS / columns));
      bits = 31 - Integer.numberOfLeadingZeros(rows);
      group = new long[Math.multiplyExact(columns, 1 << bits)];
    }

    /** Sets a cell of the row that is being written. */
    void set(int column, long cell) {
      group[(column << bits) + row] = cell;
    }

    /** Goes to the next row. */
    void next() throws IOException {
      row++;
      if (row == 1 << bits) {
        file.putLongs(group);
        row = 0;
      }
    }

    /** All that was written. */
    DiskCells cells() throws IOException {
      if (row > 0) {
        file.putLongs(group);
        row = 0;
      }
      return new DiskCells(columns, bits, file.map(group.length * Long.BYTES, false));
    }
  }
}
