package dev.polymath.spark;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.jspecify.annotations.Nullable;

/** The rows of batches of columns, one after the other. A row is valid until the next is taken. */
final class ColumnarRows implements Iterator<InternalRow> {

  private final Iterator<ColumnarBatch> batches;
  private @Nullable ColumnarBatch batch;
  private int next;

  ColumnarRows(Iterator<ColumnarBatch> batches) {
    this.batches = batches;
  }

  @Override
  public boolean hasNext() {
    while (batch == null || next == batch.numRows()) {
      if (batch != null) {
        batch.closeIfFreeable();
        batch = null;
      }
      if (!batches.hasNext()) {
        return false;
      }
      batch = batches.next();
      next = 0;
    }
    return true;
  }

  @Override
  public InternalRow next() {
    ColumnarBatch rows = hasNext() ? batch : null;
    if (rows == null) {
      throw new NoSuchElementException();
    }
    return rows.getRow(next++);
  }
}
