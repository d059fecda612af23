package dev.polymath.conformance;

import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import dev.polymath.conformance.Stepped.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Faults that come with use: after many calls, with many objects, behind views, between callers.
 */
final class UseMutants {

  private static final String GROUP = "Use";

  private UseMutants() {}

  private static Backend stepping(Consumer<Step> fault) {
    return new Stepped() {
      @Override
      void after(Step step) {
        fault.accept(step);
      }
    };
  }

  /** Another way is taken after so many calls, and it is wrong. */
  private static Mutant later(String name, String operation, int calls) {
    return Mutant.of(
            name,
            operation + ": the same, however often it was called",
            GROUP,
            operation.split(" ")[0],
            () -> {
              AtomicInteger count = new AtomicInteger();
              return stepping(
                  step -> {
                    if (step.is(operation) && count.incrementAndGet() > calls) {
                      step.spoilLast();
                    }
                  });
            })
        .by("manyCalls");
  }

  /** The element behind the last of a view is written: a block that is rounded up. */
  private static Mutant writesBehind(String name, String operation, Predicate<Step> where) {
    return Mutant.of(
            name,
            "firstRows: what is written through a view is in the view",
            GROUP,
            "behind a view was written",
            () ->
                stepping(
                    step -> {
                      if (step.is(operation)
                          && where.test(step)
                          && step.out().data.length > step.out().size()) {
                        step.out().data[step.out().size()] = 0;
                      }
                    }))
        .by("behindViews");
  }

  /** What stands behind an operand is read, and multiplied by zero. */
  private static Mutant readsBehind(String name, String operation, boolean second) {
    return Mutant.of(
            name,
            "firstRows: the rows behind a view have no part in a result",
            GROUP,
            "NaN in the rows behind",
            () ->
                stepping(
                    step -> {
                      ReferenceTensor operand = second ? step.b() : step.a();
                      if (step.is(operation)
                          && step.cols() > 16
                          && operand.data.length > operand.size()) {
                        step.out().data[0] += 0 * operand.data[operand.size()];
                      }
                    }))
        .by("behindViews");
  }

  /** Scratch arrays by the tensor that they were made for, which several callers may read. */
  private static final class ByTensor {

    /** What belongs to one tensor. */
    private static final class Own {
      private final AtomicInteger arrivals = new AtomicInteger();
      private final CountDownLatch second = new CountDownLatch(1);
      private volatile float[] scratch = {};
    }

    private final Map<Object, Own> all = new WeakHashMap<>();

    /** Takes out by way of the array that belongs to a tensor. */
    void pass(ReferenceTensor owner, ReferenceTensor out) {
      Own own;
      synchronized (all) {
        own = all.computeIfAbsent(owner, tensor -> new Own());
      }
      own.scratch = Arrays.copyOf(out.data, out.size());
      meet(own);
      float[] shared = own.scratch;
      System.arraycopy(shared, 0, out.data, 0, Math.min(shared.length, out.size()));
    }

    /** Holds the first caller up until a second has the tensor too. */
    private static void meet(Own own) {
      if (!Thread.currentThread().getName().startsWith("conformance-")) {
        return;
      }
      try {
        if (own.arrivals.getAndIncrement() == 0) {
          own.second.await(300, TimeUnit.MILLISECONDS);
        } else {
          own.second.countDown();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static Mutant scratchOf(String name, String operation, boolean ofSecond) {
    return Mutant.of(
            name,
            "Tensor: threads may read one tensor at once",
            GROUP,
            "four callers who read the same tensors",
            () -> {
              ByTensor scratch = new ByTensor();
              return stepping(
                  step -> {
                    if (step.is(operation)) {
                      scratch.pass(ofSecond ? step.b() : step.a(), step.out());
                    }
                  });
            })
        .by("sharedArguments");
  }

  /** An update whose constants are those of the session's first. */
  private static ReferenceBackend firstConstants() {
    return new ReferenceBackend() {
      private float first = Float.NaN;

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
        first = Float.isNaN(first) ? beta1 : first;
        super.adamKernel(gradient, m, v, value, first, beta2, rate, epsilon, decay);
      }
    };
  }

  private static ReferenceBackend firstAlpha() {
    return new ReferenceBackend() {
      private final Map<Object, Float> alphas = new WeakHashMap<>();

      @Override
      protected void axpbyKernel(float alpha, ReferenceTensor x, float beta, ReferenceTensor y) {
        Float known;
        synchronized (alphas) {
          known = alphas.computeIfAbsent(x, tensor -> alpha);
        }
        super.axpbyKernel(known, x, beta, y);
      }
    };
  }

  private static ReferenceBackend lastDelta() {
    return new ReferenceBackend() {
      private volatile float last;

      @Override
      protected Loss newHuber(float delta) {
        last = delta;
        ReferenceBackend session = this;
        return new ReferenceHuber(this, delta) {
          @Override
          double ofRow(
              int row,
              ReferenceTensor output,
              ReferenceTensor target,
              @Nullable ReferenceTensor dOutput) {
            return new ReferenceHuber(session, last).ofRow(row, output, target, dOutput);
          }
        };
      }
    };
  }

  /** Tensors in a table of so many places. */
  private static ReferenceBackend table(int places) {
    return new ReferenceBackend() {
      private final float[][] rows = new float[places][];
      private int made;

      @Override
      protected synchronized ReferenceTensor newTensor(int rows, int cols) {
        if (rows * cols != 3) {
          return super.newTensor(rows, cols);
        }
        int place = made++ % places;
        if (this.rows[place] == null) {
          this.rows[place] = new float[3];
        }
        float[] shared = this.rows[place];
        return new ReferenceTensor(this, rows, cols) {
          @Override
          protected void writeKernel(float[] source, int offset) {
            super.writeKernel(source, offset);
            System.arraycopy(source, offset, shared, 0, 3);
          }

          @Override
          protected void readKernel(float[] target, int offset) {
            System.arraycopy(shared, 0, target, offset, 3);
          }
        };
      }
    };
  }

  /** Layers of which the first ones are used again. */
  private static Backend layersOfTable(int places) {
    List<Object> made = new ArrayList<>();
    return Intercepted.session(
        (target, method, arguments, call) -> {
          if (!method.equals("dense")) {
            return call.proceed();
          }
          synchronized (made) {
            if (made.size() < places) {
              made.add(call.proceed());
              return made.get(made.size() - 1);
            }
            Layer fresh = (Layer) call.proceed();
            Layer old = (Layer) made.get(0);
            return old.parameters().get(0).value().rows() == 3 && fresh.outputs() == 2
                ? old
                : fresh;
          }
        });
  }

  /** An offset of so many bits. */
  private static Mutant shortOffset(String name, String method, int mask) {
    return Mutant.of(
            name,
            method + ": offset is where element (0, 0) stands, however far",
            GROUP,
            method + " at",
            () ->
                Intercepted.session(
                    (target, called, arguments, call) -> {
                      if (called.equals(method) && target instanceof Tensor) {
                        arguments[1] = (int) arguments[1] & mask;
                      }
                      return call.proceed();
                    }))
        .by("farOffsets");
  }

  static List<Mutant> all() {
    return List.of(
        later("product of another way after a thousand calls", "matmul", 1000),
        later("update of another way after 1,200 calls", "adam", 1200),
        later("layer of another way after 500 passes", "forward RELU", 500),
        later("softmax of another way after 1,000 calls", "activate SOFTMAX", 1000),
        later("gradients of another way after 300 passes", "backward", 300),
        writesBehind("wide product rounded up to a block of rows", "matmul", s -> s.cols() > 64),
        writesBehind("product of B rounded up to a block", "matmulTransB", s -> s.rows() > 8),
        writesBehind(
            "activation rounded up to a vector", "activate TANH", s -> s.out().size() > 500),
        writesBehind("derivative rounded up to a vector", "activateBackward ELU", s -> true),
        writesBehind("update rounded up to a vector", "adam", s -> s.cols() > 100),
        writesBehind("mask rounded up to a vector", "multiply", s -> s.cols() > 100),
        writesBehind("row added to a row too many", "addRow", s -> s.cols() > 100),
        writesBehind("layer of a row too many", "forward SELU", s -> s.cols() > 100),
        readsBehind("sum of a row too many", "sumRows", false),
        readsBehind("product of whole blocks of rows", "matmulTransA", false),
        readsBehind("product of whole blocks of the second operand", "matmulTransB", true),
        scratchOf("scratch of a product in its second operand", "matmulTransB", true),
        scratchOf("scratch of a product in its first operand", "matmul", false),
        scratchOf("scratch of a mask in the mask", "multiply", true),
        scratchOf("scratch of an added row in the row", "addRow", false),
        scratchOf("scratch of a derivative in y", "activateBackward SOFTMAX", false),
        Mutant.of(
                "constants of the first update",
                "adam: beta1 and the others are of the call",
                GROUP,
                "adam with other constants",
                UseMutants::firstConstants)
            .by("constants"),
        Mutant.of(
                "α remembered with x",
                "axpby: α is of the call",
                GROUP,
                "axpby with another",
                UseMutants::firstAlpha)
            .by("constants"),
        Mutant.of(
                "δ of the loss made last",
                "huber: each loss has its own δ",
                GROUP,
                "beside others",
                UseMutants::lastDelta)
            .by("constants"),
        Mutant.of(
                "tensors in a table of four thousand",
                "allocate: a matrix of its own, however many there are",
                GROUP,
                "of 5000 in one session",
                () -> table(4096))
            .by("manyObjects"),
        Mutant.of(
                "layers in a table of two hundred and fifty-six",
                "dense: a layer of its own, however many there are",
                GROUP,
                "of 300 in one session",
                () -> layersOfTable(256))
            .by("manyObjects"),
        shortOffset("write from an offset of sixteen bits", "write", 0xffff),
        shortOffset("read to an offset of twenty-two bits", "read", 0x3fffff));
  }
}
