package dev.polymath.server;

import dev.polymath.models.Model;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A pass of many rows: block by block, so that what is read from a body stays in the processor's
 * cache, and on the threads that nobody else needs.
 */
final class LargePass {

  private final Model model;
  private final Coalescer.Job job;
  private final int blocks;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  LargePass(Model model, Coalescer.Job job) {
    this.model = model;
    this.job = job;
    this.blocks = (job.rows + Coalescer.MOST_ROWS - 1) / Coalescer.MOST_ROWS;
  }

  /** Another thread that may help, or not come to it. */
  private final class Helper implements Runnable {
    private final AtomicBoolean taken = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public void run() {
      if (taken.compareAndSet(false, true)) {
        try {
          work();
        } finally {
          ended.countDown();
        }
      }
    }
  }

  /**
   * Computes the outputs of the job.
   *
   * @param threads runs the helpers
   * @param free one permit for each processor that is free; they come back
   */
  void run(Executor threads, Semaphore free) {
    List<Helper> helpers = new ArrayList<>();
    while (helpers.size() < blocks - 1 && free.tryAcquire()) {
      Helper helper = new Helper();
      helpers.add(helper);
      try {
        threads.execute(helper);
      } catch (RejectedExecutionException e) {
        break;
      }
    }
    try {
      work();
      for (Helper helper : helpers) {
        if (!helper.taken.compareAndSet(false, true)) {
          helper.ended.await();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure.compareAndSet(null, Refusal.busy("the server is being stopped"));
    } finally {
      free.release(helpers.size());
    }
    Throwable why = failure.get();
    if (why instanceof RuntimeException e) {
      throw e;
    }
    if (why instanceof Error e) {
      throw e;
    }
  }

  /** Computes blocks until none is left. */
  private void work() {
    try {
      FloatBuffer features = job.features.duplicate();
      int inputs = model.inputs();
      int width = model.outputNames().size();
      float[] block = new float[Coalescer.MOST_ROWS * inputs];
      Coalescer.Outputs outputs = new Coalescer.Outputs(model, Coalescer.MOST_ROWS);
      for (int k = next.getAndIncrement(); k < blocks; k = next.getAndIncrement()) {
        int from = k * Coalescer.MOST_ROWS;
        int rows = Math.min(Coalescer.MOST_ROWS, job.rows - from);
        if (rows < Coalescer.MOST_ROWS) {
          // The last block: a model takes arrays of just the length that its rows have.
          block = new float[rows * inputs];
          outputs = new Coalescer.Outputs(model, rows);
        }
        features.get(from * inputs, block, 0, rows * inputs);
        Coalescer.compute(model, block, rows, outputs);
        job.outputs.copy(outputs, 0, from * width, rows * width);
      }
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
      next.set(blocks);
    }
  }
}
