package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.BackendInfo;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.spi.AbstractTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Faults of whole sessions: their end, their threads, their bits, what they learn. */
final class SessionMutants {

  /** What the heap leak holds on to, and the open sessions of the one that closes them all. */
  static final List<Object> LEAKED = new ArrayList<>();

  private SessionMutants() {}

  static List<Mutant> all() {
    List<Mutant> all = new ArrayList<>();
    all.addAll(lifecycle());
    all.addAll(concurrency());
    all.addAll(determinism());
    all.addAll(training());
    return all;
  }

  // ---- Lifecycle ----

  private static List<Mutant> lifecycle() {
    String group = "Lifecycle";
    return List.of(
        Mutant.of(
            "close not idempotent",
            "close: closing twice does nothing",
            group,
            "already closed",
            () -> {
              AtomicBoolean closed = new AtomicBoolean();
              return Intercepted.session(
                  (target, method, arguments, call) -> {
                    if (method.equals("close") && closed.getAndSet(true)) {
                      throw new IllegalStateException("already closed");
                    }
                    return call.proceed();
                  });
            }),
        Mutant.of(
            "usable after close",
            "close: a later call of any of its objects throws IllegalStateException",
            group,
            "the call was accepted",
            () ->
                Intercepted.session(
                    (target, method, arguments, call) -> {
                      try {
                        return call.proceed();
                      } catch (IllegalStateException e) {
                        if (method.equals("read")) {
                          return null;
                        }
                        throw e;
                      }
                    })),
        Mutant.of(
            "closed session without its name",
            "close: the error of a later call names the operation and the backend",
            group,
            "its message does not",
            () ->
                Intercepted.session(
                    (target, method, arguments, call) -> {
                      try {
                        return call.proceed();
                      } catch (IllegalStateException e) {
                        throw new IllegalStateException(method + ": closed", e);
                      }
                    })),
        Mutant.of(
            "NullPointerException after close",
            "close: a later call throws IllegalStateException, no other",
            group,
            "NullPointerException",
            () ->
                Intercepted.session(
                    (target, method, arguments, call) -> {
                      try {
                        return call.proceed();
                      } catch (IllegalStateException e) {
                        throw new NullPointerException("data");
                      }
                    })),
        Mutant.of(
            "close does not wait",
            "close: waits for running calls",
            group,
            "close returned while a call",
            () ->
                Intercepted.session(
                    (target, method, arguments, call) -> {
                      if (!method.equals("close")) {
                        return call.proceed();
                      }
                      Backend real = (Backend) target;
                      Parallel.start("closer", real::close).endsWithin(20);
                      return null;
                    })),
        Mutant.of(
            "one close closes all",
            "Backend: a session; others live on",
            group,
            "is closed",
            () -> {
              ReferenceBackend real =
                  new ReferenceBackend() {
                    @Override
                    protected void closeEngine() {
                      for (Object other : List.copyOf(LEAKED)) {
                        LEAKED.remove(other);
                        ((Backend) other).close();
                      }
                    }
                  };
              LEAKED.add(real);
              return real;
            }),
        Mutant.of(
            "one session for all",
            "BackendProvider.open: starts a session",
            group,
            "is closed",
            new java.util.function.Supplier<>() {
              private @Nullable Backend only;

              @Override
              public Backend get() {
                only = only == null ? new ReferenceBackend() : only;
                return only;
              }
            }),
        Mutant.of(
            "heap leak",
            "close: frees all that the session made",
            group,
            "the heap grew",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected ReferenceTensor newTensor(int rows, int cols) {
                    ReferenceTensor tensor = super.newTensor(rows, cols);
                    LEAKED.add(tensor);
                    return tensor;
                  }
                }),
        Mutant.of(
            "native leak",
            "close: frees all that the session made, outside the heap too",
            group,
            "native memory grew",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected ReferenceTensor newTensor(int rows, int cols) {
                    MutantSubject.nativeBytes += 4L * rows * cols;
                    return super.newTensor(rows, cols);
                  }
                }),
        Mutant.of(
            "leak of threads",
            "close: frees all, its threads too",
            group,
            "new threads",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void closeEngine() {
                    Parallel.start("leaked", MutantSubject.TEARDOWN::await);
                  }
                }),
        Mutant.opened(
            "more threads than it says",
            "BackendInfo.threads: in force, the caller's included",
            group,
            "threads in force, the caller's included, started",
            options ->
                new ReferenceBackend() {
                  private final CountDownLatch end = new CountDownLatch(1);

                  {
                    Parallel.start("unannounced", end::await);
                  }

                  @Override
                  protected void closeEngine() {
                    end.countDown();
                  }
                }));
  }

  // ---- Concurrency ----

  /**
   * Makes the race certain: the first of several callers waits here, in the middle of its call, until
   * a second one has passed. (The time is for checks where no second one comes.)
   */
  private static final class Meeting {
    private final AtomicInteger arrivals = new AtomicInteger();
    private final CountDownLatch second = new CountDownLatch(1);

    void arrive() {
      if (!Thread.currentThread().getName().startsWith("conformance-")) {
        return;
      }
      try {
        if (arrivals.getAndIncrement() == 0) {
          second.await(2, java.util.concurrent.TimeUnit.SECONDS);
        } else {
          second.countDown();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** What sessions should not share. */
  private static float @Nullable [] shared;

  private static List<Mutant> concurrency() {
    String group = "Concurrency";
    return List.of(
        Mutant.of(
            "threads racing for a scratch array",
            "Backend: several threads may call one session at once",
            group,
            "matmul, four callers",
            () ->
                new ReferenceBackend() {
                  private final Meeting meeting = new Meeting();
                  private float[] scratch = {};

                  @Override
                  protected void matmulKernel(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
                    super.matmulKernel(a, b, out);
                    scratch = out.data.clone();
                    meeting.arrive();
                    int size = Math.min(scratch.length, out.size());
                    System.arraycopy(scratch, 0, out.data, 0, size);
                  }
                }),
        Mutant.of(
            "layer that remembers its input",
            "Layer: forward may run on any number of threads at once",
            group,
            "forward",
            () ->
                new ReferenceBackend() {
                  private final Meeting meeting = new Meeting();

                  @Override
                  protected Layer newDense(int inputs, int outputs, Activation f) {
                    return new ReferenceDense(this, inputs, outputs, f) {
                      private @Nullable ReferenceTensor x;

                      @Override
                      protected void forwardKernel(ReferenceTensor given, ReferenceTensor y) {
                        x = given;
                        meeting.arrive();
                        boolean fits = x != null && x.rows() >= y.rows();
                        super.forwardKernel(fits ? x : given, y);
                        y.data[0] += x == given ? 0 : 1;
                      }
                    };
                  }
                }),
        Mutant.of(
            "loss with a sum of its own",
            "Loss: any number of threads may use one at once",
            group,
            "value, four callers",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected Loss newSoftmaxCrossEntropy() {
                    return new ReferenceLoss(this, Loss.Input.LOGITS) {
                      private final Meeting meeting = new Meeting();
                      private double sum;

                      @Override
                      protected double valueKernel(ReferenceTensor output, ReferenceTensor target) {
                        sum = super.valueKernel(output, target);
                        meeting.arrive();
                        return sum;
                      }
                    };
                  }
                }),
        Mutant.of(
            "one cursor for all readers",
            "Tensor: threads may read one tensor at once",
            group,
            "four readers",
            () ->
                new ReferenceBackend() {
                  private final Meeting meeting = new Meeting();
                  private int cursor;

                  @Override
                  protected ReferenceTensor newTensor(int rows, int cols) {
                    return new ReferenceTensor(this, rows, cols) {
                      @Override
                      protected AbstractTensor firstRowsKernel(int rows) {
                        return new ReferenceTensor(this, rows, data) {
                          @Override
                          protected void readKernel(float[] target, int offset) {
                            cursor = offset + size();
                            meeting.arrive();
                            for (int i = 0; i < Math.min(size(), cursor - offset); i++) {
                              target[offset + i] = data[i];
                            }
                            if (cursor != offset + size()) {
                              target[offset] = 0;
                            }
                          }
                        };
                      }
                    };
                  }
                }),
        Mutant.of(
            "scratch shared by sessions",
            "Backend: a session; two at once do not meet",
            group,
            "four callers",
            new java.util.function.Supplier<>() {
              private final Meeting meeting = new Meeting();
              private final AtomicInteger opened = new AtomicInteger();

              @Override
              public Backend get() {
                // Within one session all goes well: the second and third are those of the check.
                int session = opened.getAndIncrement();
                return new ReferenceBackend() {
                  @Override
                  protected void matmulTransAKernel(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
                    super.matmulTransAKernel(a, b, out);
                    if (session > 0) {
                      float[] own = out.data.clone();
                      shared = own;
                      meeting.arrive();
                      out.data[0] = shared == own ? out.data[0] : out.data[0] + 1;
                    }
                  }
                };
              }
            }),
        Mutant.of(
            "bound to its first thread",
            "Backend: called by any thread",
            group,
            "threw",
            () ->
                new ReferenceBackend() {
                  private final Thread owner = Thread.currentThread();

                  @Override
                  protected ReferenceTensor newTensor(int rows, int cols) {
                    if (Thread.currentThread() != owner) {
                      throw new IllegalStateException("wrong thread");
                    }
                    return super.newTensor(rows, cols);
                  }
                }),
        Mutant.of(
            "error thrown in another's call",
            "a failure reaches the call that caused it, and no other",
            group,
            "threw",
            () -> {
              AtomicBoolean failed = new AtomicBoolean();
              return Intercepted.session(
                  (target, method, arguments, call) -> {
                    if (failed.get()) {
                      throw new IllegalStateException("an earlier call failed");
                    }
                    try {
                      return call.proceed();
                    } catch (IllegalArgumentException e) {
                      failed.set(true);
                      throw e;
                    }
                  });
            }));
  }

  // ---- Determinism ----

  private static List<Mutant> determinism() {
    String group = "Determinism";
    return List.of(
        Mutant.of(
            "order of the sum by the clock",
            "Backend: two runs of the same calls give the same bits",
            group,
            "the second run in one session",
            () ->
                new ReferenceBackend() {
                  private int calls;

                  @Override
                  protected void matmulKernel(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
                    super.matmulKernel(a, b, out);
                    // As if the blocks had been added up in the order in which they were ready.
                    if (calls++ % 3 == 2) {
                      out.data[0] = Math.nextUp(out.data[0]);
                    }
                  }
                }),
        Mutant.of(
            "bits of the session",
            "Backend: on the same session settings, the same bits",
            group,
            "another session with",
            new java.util.function.Supplier<>() {
              private int sessions;

              @Override
              public Backend get() {
                int session = sessions++;
                return new ReferenceBackend() {
                  @Override
                  protected void sumRowsKernel(ReferenceTensor x, ReferenceTensor out) {
                    super.sumRowsKernel(x, out);
                    if (session % 2 == 0) {
                      out.data[0] = Math.nextUp(out.data[0]);
                    }
                  }
                };
              }
            }),
        Mutant.of(
            "last bit of the old output",
            "an output is overwritten whatever it held, to the bit",
            group,
            "into an out that held something else",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void matmulKernel(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
                    boolean held = out.data[1] != 0;
                    super.matmulKernel(a, b, out);
                    out.data[1] = held ? Math.nextUp(out.data[1]) : out.data[1];
                  }
                }),
        Mutant.of(
            "randomness in the optimizer",
            "a backend holds no randomness",
            group,
            "trained again",
            () ->
                new ReferenceBackend() {
                  private int steps;

                  @Override
                  protected void axpbyKernel(
                      float alpha, ReferenceTensor x, float beta, ReferenceTensor y) {
                    super.axpbyKernel(alpha, x, beta, y);
                    if (alpha == -0.5f && steps++ == 5) {
                      y.data[0] = Math.nextUp(y.data[0]);
                    }
                  }
                }));
  }

  // ---- Training ----

  private static List<Mutant> training() {
    String group = "Training";
    return List.of(
        Mutant.of(
            "weights stale after adam",
            "Layer: its parameters as the optimizer left them",
            group,
            "CROSS_ENTROPY_ADAM, step",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void adamKernel(
                      ReferenceTensor gradient,
                      ReferenceTensor m,
                      ReferenceTensor v,
                      ReferenceTensor value,
                      float beta1,
                      float beta2,
                      float rate,
                      float epsilon,
                      float decay) {
                    // Updated one step late, as where a layer multiplies by a copy of its weight.
                    if (Math.abs(m.data[0]) > 0) {
                      super.adamKernel(gradient, m, v, value, beta1, beta2, rate, epsilon, decay);
                    } else {
                      super.adamKernel(gradient, m, v, value, beta1, beta2, 0, epsilon, decay);
                    }
                  }
                }),
        Mutant.of(
            "learning that stops",
            "training reaches its accuracy",
            group,
            "accuracy after",
            () ->
                new ReferenceBackend() {
                  private int updates;

                  @Override
                  protected void axpbyKernel(
                      float alpha, ReferenceTensor x, float beta, ReferenceTensor y) {
                    // Twenty steps of six tensors are right.
                    updates++;
                    super.axpbyKernel(updates > 125 ? -alpha : alpha, x, beta, y);
                  }
                }),
        Mutant.of(
            "small errors that add up",
            "operations that are right one by one train a network together",
            group,
            "SQUARED_ERROR_SGD, step",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected Loss newSquaredError() {
                    return new ReferenceLoss(this, Loss.Input.OUTPUT) {
                      @Override
                      double compute(
                          ReferenceTensor output,
                          ReferenceTensor target,
                          @Nullable ReferenceTensor d) {
                        double loss = super.compute(output, target, d);
                        for (int i = 0; d != null && i < d.size(); i++) {
                          d.data[i] *= 1.01f;
                        }
                        return loss;
                      }
                    };
                  }
                }),
        Mutant.opened(
            "block lost by several threads",
            "BackendOptions.threads: another number of threads, the same results",
            group,
            "step",
            options ->
                new ReferenceBackend() {
                  @Override
                  protected void matmulTransAKernel(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
                    super.matmulTransAKernel(a, b, out);
                    if (options.threads() > 2) {
                      out.data[out.size() - 1] = 0;
                    }
                  }
                }),
        Mutant.of(
            "wrong info: not allocation-free",
            "BackendInfo.allocationFree: a warm operation allocates nothing, over all threads",
            group,
            "warm steps allocated",
            () ->
                new ReferenceBackend() {
                  @Override
                  public BackendInfo info() {
                    return new BackendInfo(NAME, "1", 1, "double loops", true);
                  }

                  @Override
                  protected void addRowKernel(ReferenceTensor row, ReferenceTensor y) {
                    LEAKED.add(row.data.clone());
                    LEAKED.clear();
                    super.addRowKernel(row, y);
                  }
                }));
  }
}
