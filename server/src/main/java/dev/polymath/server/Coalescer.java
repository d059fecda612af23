package dev.polymath.server;

import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import dev.polymath.models.MultiLabelClassifier;
import dev.polymath.models.Regressor;
import dev.polymath.models.network.Network;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the passes of one model. Requests of few rows that arrive while as many passes run as may at
 * once wait for the end of one and share the next, so that nobody waits longer than a pass takes,
 * and a single caller never waits. Requests of many rows run by themselves, as many at once as
 * there are processors.
 */
final class Coalescer {

  /** Rows of a shared pass: what the model itself computes in one go. */
  static final int MOST_ROWS = 64;

  /** Of one thread, which has connections of its own to look after. */
  private static final int MOST_PASSES = 32;

  /**
   * A model of at most so many parameters computes a row in less time than it takes to wake a
   * thread.
   */
  private static final long SMALL = 500_000;

  private final Model model;
  private final int most;
  private final int atOnce;
  private final Executor executor;
  private final IntConsumer passes;
  private final Semaphore large =
      new Semaphore(Runtime.getRuntime().availableProcessors(), /* fair= */ true);

  private final Object lock = new Object();
  private final Deque<Job> queue = new ArrayDeque<>();
  private int leaders;

  /**
   * @param most requests that wait
   * @param atOnce passes of few rows that run at the same time, at least 1
   * @param executor goes on with the passes when one thread has run many
   * @param passes is given the rows of each pass
   */
  Coalescer(Model model, int most, int atOnce, Executor executor, IntConsumer passes) {
    this.model = model;
    this.most = most;
    this.atOnce = atOnce;
    this.executor = executor;
    this.passes = passes;
  }

  /**
   * How many passes of few rows are to run at the same time: one, so that the others share the next
   * one, or for a small model as many as there are processors, for there sharing costs more than it
   * saves.
   */
  static int atOnce(Model model) {
    long parameters = model.members().stream().mapToLong(Network::parameterCount).sum();
    return parameters <= SMALL ? Runtime.getRuntime().availableProcessors() : 1;
  }

  /** What a model says of some rows: probabilities of classes or labels, or numbers. */
  static final class Outputs {
    final float[] probabilities;
    final double[] numbers;

    Outputs(Model model, int rows) {
      int length = Math.multiplyExact(rows, model.outputNames().size());
      probabilities = new float[model instanceof Regressor ? 0 : length];
      numbers = new double[model instanceof Regressor ? length : 0];
    }

    private int length() {
      return Math.max(probabilities.length, numbers.length);
    }

    /** Copies {@code length} elements of another's, from {@code from} on, to {@code to}. */
    void copy(Outputs source, int from, int to, int length) {
      if (probabilities.length > 0) {
        System.arraycopy(source.probabilities, from, probabilities, to, length);
      } else {
        System.arraycopy(source.numbers, from, numbers, to, length);
      }
    }
  }

  /** Some rows, what becomes of them, and who waits for it. */
  abstract static class Job {
    final FloatBuffer features;
    final int rows;
    final Outputs outputs;
    final long deadline;

    /**
     * @param features {@code [rows, inputs]}, all finite; of few rows an array, of many they are
     *     read before {@link Coalescer#submit} returns
     * @param deadline by {@link System#nanoTime()}
     */
    Job(Model model, FloatBuffer features, int rows, long deadline) {
      this.features = features;
      this.rows = rows;
      this.outputs = new Outputs(model, rows);
      this.deadline = deadline;
    }

    /** The outputs are there. Must not throw. */
    abstract void done();

    /** They never will be. Must not throw. */
    abstract void failed(Throwable why);
  }

  /** Requests that wait. */
  int waiting() {
    synchronized (lock) {
      return queue.size();
    }
  }

  /**
   * Computes the outputs of a job, here and now or, if enough passes run, with others on the thread
   * of one of those.
   *
   * @throws Refusal if too many wait
   */
  void submit(Job job) throws Refusal {
    if (job.rows >= MOST_ROWS) {
      alone(job);
      return;
    }
    synchronized (lock) {
      if (leaders >= atOnce) {
        if (queue.size() >= most) {
          throw Refusal.busy("the model is busy: " + most + " requests wait for it already");
        }
        queue.add(job);
        return;
      }
      leaders++;
    }
    lead(List.of(job));
  }

  private void alone(Job job) throws Refusal {
    try {
      if (!large.tryAcquire(job.deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw Refusal.busy("the model is busy with other requests of many rows");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusal.busy("the server is being stopped");
    }
    Throwable why = null;
    try {
      compute(job);
    } catch (RuntimeException | Error e) {
      why = e;
    } finally {
      large.release();
    }
    end(job, why);
  }

  /**
   * Runs passes and ends their jobs until none waits. One thread does it all, for a while: to wake
   * another for each pass would often take longer than the pass.
   */
  private void lead(List<Job> first) {
    List<Job> batch = first;
    for (int passes = 1; !batch.isEmpty(); passes++) {
      if (passes > MOST_PASSES) {
        List<Job> next = batch;
        try {
          executor.execute(() -> lead(next));
          return;
        } catch (RejectedExecutionException e) {
          // The server stops, and what waits is still to be answered.
          passes = 1;
        }
      }
      run(batch);
      List<Job> late = new ArrayList<>();
      List<Job> next = new ArrayList<>();
      synchronized (lock) {
        take(next, late);
        leaders -= next.isEmpty() ? 1 : 0;
      }
      for (Job job : late) {
        end(job, Refusal.busy("the model was busy for longer than a request may take"));
      }
      batch = next;
    }
  }

  private void run(List<Job> batch) {
    Throwable why = null;
    try {
      shared(batch);
    } catch (RuntimeException | Error e) {
      why = e;
    }
    if (why == null || batch.size() == 1) {
      for (Job job : batch) {
        end(job, why);
      }
      return;
    }
    // One of them is at fault; the others are not to suffer.
    for (Job job : batch) {
      Throwable own = null;
      try {
        compute(job);
      } catch (RuntimeException | Error e) {
        own = e;
      }
      end(job, own);
    }
  }

  private void take(List<Job> next, List<Job> late) {
    int rows = 0;
    long now = System.nanoTime();
    while (!queue.isEmpty() && rows + queue.element().rows <= MOST_ROWS) {
      Job job = queue.remove();
      if (job.deadline - now < 0) {
        late.add(job);
        continue;
      }
      rows += job.rows;
      next.add(job);
    }
  }

  private static void end(Job job, @Nullable Throwable why) {
    try {
      if (why == null) {
        job.done();
      } else {
        job.failed(why);
      }
    } catch (RuntimeException | Error e) {
      // Its client is gone, most likely. The next job must not wait for ever because of it.
      return;
    }
  }

  private void shared(List<Job> batch) {
    if (batch.size() == 1) {
      compute(batch.get(0));
      return;
    }
    int inputs = model.inputs();
    int rows = 0;
    for (Job job : batch) {
      rows += job.rows;
    }
    float[] features = new float[rows * inputs];
    Outputs outputs = new Outputs(model, rows);
    int at = 0;
    for (Job job : batch) {
      job.features.get(0, features, at * inputs, job.rows * inputs);
      at += job.rows;
    }
    compute(model, features, rows, outputs);
    passes.accept(rows);
    int width = outputs.length() / rows;
    at = 0;
    for (Job job : batch) {
      job.outputs.copy(outputs, at * width, 0, job.rows * width);
      at += job.rows;
    }
  }

  private void compute(Job job) {
    if (job.rows >= MOST_ROWS) {
      new LargePass(model, job).run(executor, large);
    } else {
      compute(model, job.features.array(), job.rows, job.outputs);
    }
    passes.accept(job.rows);
  }

  static void compute(Model model, float[] rows, int count, Outputs target) {
    if (model instanceof Classifier classifier) {
      classifier.predictProbabilities(rows, count, target.probabilities);
    } else if (model instanceof Regressor regressor) {
      regressor.predict(rows, count, target.numbers);
    } else if (model instanceof MultiLabelClassifier labels) {
      labels.predictProbabilities(rows, count, target.probabilities);
    }
  }
}
