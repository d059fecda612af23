package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.spi.AbstractTensor;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Faults that show where threads meet, made certain by latches. */
final class ConcurrencyMutants {

  private ConcurrencyMutants() {}

  /**
   * Makes the race certain: the first of several callers waits here, in the middle of its call,
   * until a second one has passed. (The time is for checks where no second one comes.)
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
          second.await(2, TimeUnit.SECONDS);
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

  static List<Mutant> all() {
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
            new Supplier<>() {
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
            "an earlier call failed",
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
}
