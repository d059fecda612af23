package dev.polymath.spark;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Some rows of a shard: what an executor holds, and Spark stores, moves to disk and reads back as
 * one.
 *
 * @param bytes of all rows, one after the other
 * @param starts where each row begins in them
 */
record RowBlock(byte[] bytes, int[] starts) implements Serializable {

  /**
   * A block is full when it has so many bytes. Where blocks go to disk and back, Java's
   * serialization holds on to a hundred of them at a time ({@code
   * spark.serializer.objectStreamReset}): with blocks of megabytes this was more than the heap of a
   * small executor.
   */
  private static final int FULL = 128 << 10;

  int rows() {
    return starts.length;
  }

  /** Puts sorted rows together, so that no more than a block of them is held at a time. */
  static Iterator<RowBlock> of(Iterator<byte[]> rows) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public RowBlock next() {
        if (!rows.hasNext()) {
          throw new NoSuchElementException();
        }
        List<byte[]> taken = new ArrayList<>();
        int length = 0;
        while (length < FULL && rows.hasNext()) {
          byte[] row = rows.next();
          taken.add(row);
          length += row.length;
        }
        byte[] bytes = new byte[length];
        int[] starts = new int[taken.size()];
        int at = 0;
        for (int i = 0; i < starts.length; i++) {
          byte[] row = taken.get(i);
          starts[i] = at;
          System.arraycopy(row, 0, bytes, at, row.length);
          at += row.length;
        }
        return new RowBlock(bytes, starts);
      }
    };
  }

  ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes);
  }

  /** Where a row ends. */
  int end(int row) {
    return row + 1 < starts.length ? starts[row + 1] : bytes.length;
  }
}
