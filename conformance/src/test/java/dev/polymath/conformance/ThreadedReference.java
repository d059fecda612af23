package dev.polymath.conformance;

import dev.polymath.BackendInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The reference backend with threads for {@code matmul}, which share its rows. */
class ThreadedReference extends ReferenceBackend {

  final int threads;
  private final ExecutorService pool;

  ThreadedReference(int threads) {
    this(threads, newPool(threads));
  }

  ThreadedReference(int threads, ExecutorService pool) {
    this.threads = threads;
    this.pool = pool;
  }

  static ExecutorService newPool(int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            2,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "threaded-reference");
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  @Override
  public BackendInfo info() {
    return new BackendInfo(NAME, "1", threads, "double loops on threads", false);
  }

  /** The first row of a block; block number {@link #threads} begins behind the last row. */
  int firstRow(int block, int rows) {
    return (int) ((long) rows * block / threads);
  }

  @Override
  protected void matmulKernel(ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
    List<Future<?>> blocks = new ArrayList<>();
    for (int block = 1; block < threads; block++) {
      int from = firstRow(block, out.rows());
      int to = firstRow(block + 1, out.rows());
      if (from < to) {
        blocks.add(pool.submit(() -> rows(a, b, out, from, to)));
      }
    }
    rows(a, b, out, 0, firstRow(1, out.rows()));
    boolean interrupted = false;
    for (Future<?> block : blocks) {
      while (!block.isDone()) {
        try {
          block.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw new IllegalStateException(e);
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void rows(
      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out, int from, int to) {
    int k = a.cols();
    int n = b.cols();
    for (int i = from; i < to; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int p = 0; p < k; p++) {
          sum += (double) a.data[i * k + p] * b.data[p * n + j];
        }
        out.data[i * n + j] = (float) sum;
      }
    }
  }

  @Override
  protected void closeKernel() {
    pool.shutdown();
    boolean interrupted = false;
    while (!pool.isTerminated()) {
      try {
        pool.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
