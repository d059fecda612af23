package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Loss;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Scratch that callers share, under every operation; the meeting of two is made certain. */
final class CallerMutants {

  private static final String GROUP = "Callers";

  private CallerMutants() {}

  /** Holds up the first of several callers, in the middle of its call, until a second passes. */
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

  /** One array that calls write and read back. */
  private static final class Scratch {
    final Meeting meeting = new Meeting();
    volatile float[] array = {};

    /** Takes the elements by way of the shared array. */
    void pass(float[] data, int size) {
      array = java.util.Arrays.copyOf(data, size);
      meeting.arrive();
      float[] shared = array;
      System.arraycopy(shared, 0, data, 0, Math.min(shared.length, size));
    }
  }

  /** A session whose results of some operations pass through the scratch. */
  private static Stepped passing(Scratch scratch, Predicate<Stepped.Step> where) {
    return new Stepped() {
      @Override
      void after(Step step) {
        if (where.test(step)) {
          scratch.pass(step.out().data, step.out().size());
        }
      }
    };
  }

  private static Mutant inSession(String name, String operation) {
    return Mutant.of(
            name,
            operation + ": several threads may call one session at once",
            GROUP,
            "four callers",
            () -> passing(new Scratch(), step -> step.is(operation)))
        .by("everyOperationOfCallers");
  }

  /** A scratch that no session has for itself; within one, all its callers take turns. */
  private static Mutant inStaticField(String name, String operation) {
    return Mutant.of(
            name,
            operation + ": two sessions at once do not meet",
            GROUP,
            "four callers",
            new Supplier<Backend>() {
              private final Scratch scratch = new Scratch();

              @Override
              public Backend get() {
                Object turns = new Object();
                return new Stepped() {
                  @Override
                  void after(Step step) {
                    if (step.is(operation)) {
                      synchronized (turns) {
                        scratch.pass(step.out().data, step.out().size());
                      }
                    }
                  }
                };
              }
            })
        .by("everyOperationOfCallers");
  }

  static List<Mutant> all() {
    return List.of(
        inSession("softmax through a row of the session", "activate SOFTMAX"),
        inSession("derivative through an array of the session", "activateBackward SELU"),
        inSession("softmax's derivative through a row of the session", "activateBackward SOFTMAX"),
        inSession("update through an array of the session", "adam"),
        inSession("scaled sum through an array of the session", "axpby"),
        inSession("mask through an array of the session", "multiply"),
        inSession("sums of rows in an array of the session", "sumRows"),
        inSession("packed operand in the session", "matmulTransB"),
        inSession("layer's product in an array of the session", "forward TANH"),
        inStaticField("softmax through a static row", "activate SOFTMAX"),
        inStaticField("sigmoid through a static array", "activate SIGMOID"),
        inStaticField("packed operand in a static field", "matmul"),
        inStaticField("update through a static array", "adam"),
        Mutant.of(
                "read through an array of the session",
                "Tensor: threads may read at once",
                GROUP,
                "read (",
                () -> {
                  Scratch scratch = new Scratch();
                  return new ReferenceBackend() {
                    @Override
                    protected ReferenceTensor newTensor(int rows, int cols) {
                      return new ReferenceTensor(this, rows, cols) {
                        @Override
                        protected void readKernel(float[] target, int offset) {
                          super.readKernel(target, offset);
                          if (target.length == size()) {
                            scratch.pass(target, size());
                          }
                        }
                      };
                    }
                  };
                })
            .by("everyOperationOfCallers"),
        Mutant.of(
                "gradient of a loss through an array of the session",
                "Loss: any number of threads may use one at once",
                GROUP,
                "valueAndGradient of squaredError",
                () -> {
                  Scratch scratch = new Scratch();
                  return new ReferenceBackend() {
                    @Override
                    protected Loss newSquaredError() {
                      return new ReferenceLoss(this, Loss.Input.OUTPUT) {
                        @Override
                        double compute(
                            ReferenceTensor output,
                            ReferenceTensor target,
                            @Nullable ReferenceTensor dOutput) {
                          double loss = super.compute(output, target, dOutput);
                          if (dOutput != null) {
                            scratch.pass(dOutput.data, dOutput.size());
                          }
                          return loss;
                        }
                      };
                    }
                  };
                })
            .by("everyOperationOfCallers"),
        Mutant.of(
                "bits of a call that is not alone",
                "Backend: two runs of the same calls give the same bits",
                GROUP,
                "to the bit",
                () -> {
                  Meeting meeting = new Meeting();
                  AtomicInteger running = new AtomicInteger();
                  return new Stepped() {
                    @Override
                    protected void activateKernel(
                        Activation f, ReferenceTensor x, ReferenceTensor y) {
                      boolean alone = running.incrementAndGet() == 1;
                      meeting.arrive();
                      super.activateKernel(f, x, y);
                      y.data[0] = alone ? y.data[0] : Math.nextUp(y.data[0]);
                      running.decrementAndGet();
                    }

                    @Override
                    void after(Step step) {}
                  };
                })
            .by("everyOperationOfCallers"),
        Mutant.of(
                "room for sixty-four callers",
                "Backend: several threads may call one session at once, however many",
                GROUP,
                "threw",
                () -> {
                  AtomicInteger threads = new AtomicInteger();
                  ThreadLocal<Boolean> known = new ThreadLocal<>();
                  return new Stepped() {
                    @Override
                    void after(Step step) {
                      if (known.get() == null) {
                        known.set(true);
                        if (threads.incrementAndGet() > 64) {
                          throw new IllegalStateException("no room for another caller");
                        }
                      }
                    }
                  };
                })
            .by("manyCallers"));
  }
}
