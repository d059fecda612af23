package dev.polymath.spark;

import dev.polymath.models.Model;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Appends a model's columns to the rows of a partition.
 *
 * @param made which of the columns are asked for
 */
record ScoringTask(Scoring scoring, List<Boolean> made) implements Serializable {

  /** The rows of a partition with the columns appended. */
  Iterator<InternalRow> rows(Iterator<InternalRow> rows, RowShape shape) {
    SharedModel shared = scoring.model().value();
    TaskContext task = TaskContext.get();
    int threads = task == null ? 1 : Math.max(1, task.cpus());
    Model taken = shared.take(threads);
    if (task != null) {
      task.addTaskCompletionListener(
          (TaskCompletionListener) context -> shared.put(taken, threads));
    }
    return new ScoredRows(rows, shape, this, taken);
  }
}
