package dev.polymath.spark;

import dev.polymath.Backend;
import dev.polymath.models.Model;
import dev.polymath.models.io.ModelFile;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content of a model file, and what one JVM has opened of it. It is broadcast: each executor
 * holds one of these, which its tasks share. When Spark drops the broadcast, the garbage collector
 * takes sessions and threads with it.
 */
final class SharedModel implements Serializable {

  private static final long serialVersionUID = 1;

  private final byte[] file;
  private final BackendDemand demand;

  /** Opened models that no task uses, by threads. Not made here: no serializer may call this. */
  private transient @Nullable Map<Integer, Deque<Model>> idle;

  /**
   * @param file a model file's content; not copied
   */
  SharedModel(byte[] file, BackendDemand demand) {
    this.file = file;
    this.demand = demand;
  }

  /**
   * A model for a task. With one thread all tasks share it; a session with more threads serves one
   * task at a time, for its threads help one caller.
   *
   * @param threads that the task may use
   */
  synchronized Model take(int threads) {
    Deque<Model> models = idle(threads);
    Model model = threads == 1 ? models.peek() : models.poll();
    if (model == null) {
      model = load(threads);
      if (threads == 1) {
        models.add(model);
      }
    }
    return model;
  }

  /** Gives a model back that {@link #take} gave. */
  synchronized void put(Model model, int threads) {
    if (threads > 1) {
      idle(threads).push(model);
    }
  }

  private Deque<Model> idle(int threads) {
    Map<Integer, Deque<Model>> all = idle;
    if (all == null) {
      all = new HashMap<>();
      idle = all;
    }
    return all.computeIfAbsent(threads, count -> new ArrayDeque<>());
  }

  private Model load(int threads) {
    Backend backend = demand.open(threads);
    try {
      return Model.of(ModelFile.read(file), backend);
    } catch (IOException e) {
      backend.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException | Error e) {
      backend.close();
      throw e;
    }
  }
}
