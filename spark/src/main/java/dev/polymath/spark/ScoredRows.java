package dev.polymath.spark;

import dev.polymath.models.Model;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.expressions.codegen.GenerateUnsafeRowJoiner;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowJoiner;

/**
 * The rows of a partition with a model's columns, computed batch by batch. Rows stay in Spark's own
 * format: what goes on is copied as bytes, and the numbers of the model are written beside it. As
 * in all of Spark's plans, a row is overwritten by the next.
 */
final class ScoredRows implements Iterator<InternalRow> {

  /** Rows of a batch: some passes of a network, and few enough for the rows to stay in cache. */
  private static final int LEAST_ROWS = 64;

  private static final int MOST_ROWS = 1024;
  private static final int MOST_FEATURES = 1 << 18;

  private final Iterator<InternalRow> rows;
  private final RowShape shape;
  private final Scoring scoring;
  private final FeatureReader reader;
  private final OutputColumns.Batch columns;
  private final OutputRow output;
  private final UnsafeProjection projection;
  private final boolean keepsAll;
  private final UnsafeRowJoiner joiner;
  private final float[] features;
  private final UnsafeRow[] batch;
  private final boolean[] bad;
  private long read;
  private int size;
  private int next;
  private int computed;

  ScoredRows(Iterator<InternalRow> rows, RowShape shape, ScoringTask task, Model model) {
    this.rows = rows;
    this.shape = shape;
    scoring = task.scoring();
    reader = scoring.input().at(shape.input()).reader(model.input());
    int fitting = MOST_FEATURES / reader.width() / LEAST_ROWS * LEAST_ROWS;
    int most = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, fitting));
    boolean[] made = made(task.made());
    columns = scoring.output().batch(model, most, made);
    output = new OutputRow(widths(scoring.output().widths(), made));
    projection = shape.projection();
    keepsAll = shape.keepsAll();
    joiner = GenerateUnsafeRowJoiner.create(shape.keptColumns(), output.schema());
    features = new float[Math.multiplyExact(most, reader.width())];
    batch = new UnsafeRow[most];
    bad = new boolean[most];
  }

  private static boolean[] made(List<Boolean> made) {
    boolean[] all = new boolean[made.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = made.get(i);
    }
    return all;
  }

  private static int[] widths(int[] widths, boolean[] made) {
    int[] some = new int[widths.length];
    int count = 0;
    for (int i = 0; i < widths.length; i++) {
      if (made[i]) {
        some[count++] = widths[i];
      }
    }
    return Arrays.copyOf(some, count);
  }

  @Override
  public boolean hasNext() {
    if (next == size) {
      fill();
    }
    return next < size;
  }

  private void fill() {
    int width = reader.width();
    int good = 0;
    size = 0;
    next = 0;
    computed = 0;
    while (size < batch.length && rows.hasNext()) {
      InternalRow row = rows.next();
      boolean taken = take(row, good * width);
      read++;
      if (taken || scoring.invalid() == Scoring.Invalid.KEEP) {
        good += taken ? 1 : 0;
        bad[size] = !taken;
        keep(row, size++);
      }
    }
    if (good > 0 && output.schema().size() > 0) {
      boolean full = good * width == features.length;
      columns.compute(full ? features : Arrays.copyOf(features, good * width), good);
    }
  }

  /** Copies what goes on of a row that is about to be overwritten. */
  private void keep(InternalRow row, int at) {
    UnsafeRow kept = keepsAll && row instanceof UnsafeRow whole ? whole : projection.apply(row);
    if (batch[at] == null) {
      batch[at] = kept.copy();
    } else {
      batch[at].copyFrom(kept);
    }
  }

  private boolean take(InternalRow row, int at) {
    try {
      reader.read(row, features, at);
      return true;
    } catch (BadRowException e) {
      if (scoring.invalid() != Scoring.Invalid.ERROR) {
        return false;
      }
      throw new IllegalArgumentException(
          e.getMessage()
              + " ("
              + place(row)
              + "); set handleInvalid to skip or keep to go on without such rows",
          e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + " (" + place(row) + ")", e);
    }
  }

  private String place(InternalRow row) {
    return "row "
        + read
        + " of partition "
        + TaskContext.getPartitionId()
        + shape.text(row, scoring.input());
  }

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    UnsafeRow kept = batch[next];
    boolean invalid = bad[next++];
    if (output.schema().size() == 0) {
      return kept;
    }
    if (invalid) {
      output.fillWithNaN();
    } else {
      columns.write(computed++, output);
    }
    return shape.kept().length == 0 ? output.row() : joiner.join(kept, output.row());
  }
}
