package dev.polymath.spark;

import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;

/** What a task may use, and whether it is still wanted. */
final class Tasks {

  private Tasks() {}

  /** {@code spark.task.cpus}; 1 where no task runs. */
  static int threads() {
    TaskContext task = TaskContext.get();
    return task == null ? 1 : Math.max(1, task.cpus());
  }

  /** Ends a task that was overtaken by another attempt, or whose job was cancelled. */
  static void requireNotKilled() {
    TaskContext task = TaskContext.get();
    if (task != null && task.isInterrupted()) {
      throw new TaskKilledException("polymath: killed between two steps");
    }
  }
}
