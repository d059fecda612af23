package dev.polymath.spark;

import dev.polymath.models.data.Task;
import dev.polymath.models.io.ModelDescription;
import dev.polymath.models.io.ModelFile;
import java.io.IOException;
import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/** A model file as a transformer holds it on the driver. Copies of a transformer share it. */
final class ModelContent implements Serializable {

  private static final long serialVersionUID = 1;

  private final byte[] file;
  private transient @Nullable ModelDescription description;
  private transient @Nullable SharedModel shared;
  private transient @Nullable BackendDemand demand;
  private transient @Nullable Broadcast<SharedModel> broadcast;
  private transient @Nullable SparkContext context;

  /**
   * @param file a model file's content; not copied
   * @param task that the model must have
   * @param reader what else reads models of another task
   * @throws IllegalArgumentException if it is no sound model file, or of another task
   */
  ModelContent(byte[] file, Task task, String reader) {
    this.file = file;
    Task found = description().task();
    if (found != task) {
      throw new IllegalArgumentException(
          "model: expected one "
              + kind(task)
              + ", found one "
              + kind(found)
              + (found == Task.LABELS ? "" : ": " + reader + " takes it"));
    }
  }

  private static String kind(Task task) {
    return switch (task) {
      case CLASSIFICATION -> "with classes";
      case REGRESSION -> "of numeric targets";
      case LABELS -> "of several labels, which Spark has no kind of model for";
    };
  }

  /** A copy of the file's content. */
  byte[] toBytes() {
    return file.clone();
  }

  /** What the file says of the model. */
  synchronized ModelDescription description() {
    ModelDescription known = description;
    if (known == null) {
      try {
        known = ModelFile.read(file).description();
      } catch (IOException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
      description = known;
    }
    return known;
  }

  /**
   * The model for use in this JVM.
   *
   * @param backend its name; empty for the default
   */
  synchronized SharedModel here(String backend) {
    SharedModel known = shared;
    BackendDemand now = demand;
    if (known == null || now == null || !now.name().equals(backend)) {
      now = BackendDemand.here(backend);
      known = new SharedModel(file, now);
      demand = now;
      shared = known;
      broadcast = null;
    }
    return known;
  }

  /** The same for all executors: sent once to each, however often the model is applied. */
  synchronized Broadcast<SharedModel> broadcast(SparkContext sparkContext, String backend) {
    SharedModel model = here(backend);
    Broadcast<SharedModel> known = broadcast;
    if (known == null || context != sparkContext || !known.isValid()) {
      known = JavaSparkContext.fromSparkContext(sparkContext).broadcast(model);
      broadcast = known;
      context = sparkContext;
    }
    return known;
  }
}
