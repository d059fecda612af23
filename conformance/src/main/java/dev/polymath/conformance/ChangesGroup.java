package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import dev.polymath.conformance.Arguments.Read;
import dev.polymath.conformance.Arguments.Size;
import dev.polymath.conformance.Changes.Change;
import dev.polymath.conformance.Operation.Call;
import dev.polymath.conformance.ProductsGroup.Product;
import dev.polymath.conformance.Threads.OpensItsOwn;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Operations on arguments that were changed since, and on one tensor in two places. */
abstract class ChangesGroup extends Group {

  ChangesGroup(BackendConformance kit) {
    super(kit);
  }

  /** Before a change: nothing, a run of the operation, or its forward pass. */
  private enum Earlier {
    RUN {
      @Override
      void run(Call call) {
        call.before();
        call.run();
      }
    },
    FORWARD {
      @Override
      void run(Call call) {
        call.before();
      }
    };

    abstract void run(Call call);
  }

  /** Makes the call in the session, does what comes earlier, and changes one argument. */
  private static Call changed(
      Backend session,
      Operation operation,
      Size size,
      boolean views,
      Earlier earlier,
      int argument,
      Change change) {
    Call call = operation.on(session, size, views, null);
    earlier.run(call);
    change.apply().accept(session, call.arguments().reads().get(argument));
    return call;
  }

  /**
   * Runs the operation on what was changed, and a new one on tensors that were written with what
   * such a change gives.
   */
  private void check(
      Operation operation, Size size, boolean views, Earlier earlier, int argument, Change change) {
    Call call = changed(backend, operation, size, views, earlier, argument, change);
    double[] found = call.run();
    Call twin = changed(backend, operation, size, views, earlier, argument, change);
    List<float[]> contents = twin.contents();
    Call expected = operation.on(backend, size, false, contents);
    Read read = expected.arguments().reads().get(argument);
    Operation.checkClose(
        expected
            + " after "
            + change
            + (earlier == Earlier.FORWARD ? ", between forward and backward" : "")
            + ": the argument "
            + read.name()
            + (views ? ", a view," : "")
            + " is a stale copy, or so it seems",
        expected.run(),
        found);
    call.giveBack();
    twin.giveBack();
    expected.giveBack();
  }

  private void checkAll(Size size, boolean views, Earlier earlier, List<Change> changes) {
    for (int number = 0; number < Operations.ALL.size(); number++) {
      Operation operation = Operations.ALL.get(number);
      Call call = operation.on(backend, size, views, null);
      if (earlier == Earlier.FORWARD && call.work().before() == null) {
        continue;
      }
      for (int i = 0; i < call.arguments().reads().size(); i++) {
        for (int j = 0; j < changes.size(); j++) {
          // Writes before each argument; of the other changes a third, another for the next one.
          if (Draw.thorough()
              || packs(operation)
              || (number + i + j) % 3 == 0
              || j < Changes.WRITES.size()) {
            check(operation, size, views, earlier, i, changes.get(j));
          }
        }
      }
      call.giveBack();
    }
  }

  /** Whether a backend may keep packed copies for it: products, and a layer of them. */
  private static boolean packs(Operation operation) {
    return operation.name().startsWith("matmul")
        || operation.name().endsWith("ward of dense " + Activation.SIGMOID);
  }

  @Test
  @OpensItsOwn
  @DisplayName("every operation sees its arguments as they are, after every way of changing them")
  void afterEveryChange() {
    checkAll(new Size(4, 9, 6, 1), false, Earlier.RUN, Changes.ALL);
  }

  @Test
  @OpensItsOwn
  @DisplayName("every operation on views sees what was written to the whole, or to another view")
  void throughViews() {
    checkAll(new Size(4, 9, 6, 2), true, Earlier.RUN, Changes.WRITES);
  }

  @Test
  @OpensItsOwn
  @DisplayName("backward sees its arguments and the weights as they are, not as forward saw them")
  void betweenForwardAndBackward() {
    checkAll(new Size(4, 9, 6, 3), false, Earlier.FORWARD, Changes.ALL);
  }

  @Test
  @DisplayName("large arguments are seen as they are too, where a backend may keep packed copies")
  void largeOfChanges() {
    Size size = new Size(24, 70, 48, 4);
    for (Operation operation : Operations.ALL) {
      if (!packs(operation)) {
        continue;
      }
      int reads = operation.on(backend, size).arguments().reads().size();
      for (int i = 0; i < reads; i++) {
        for (int j = 0; j < Changes.ALL.size(); j += j < Changes.WRITES.size() ? 1 : 3) {
          check(operation, size, false, Earlier.RUN, i, Changes.ALL.get(j));
        }
        for (Change change : Changes.WRITES) {
          check(operation, size, true, Earlier.FORWARD, i, change);
        }
      }
    }
  }

  @Test
  @DisplayName("products take one tensor as both operands, and a view of it beside it")
  void oneTensorTwice() {
    for (int n : new int[] {1, 5, 33, 130}) {
      for (Storage storage : Storage.values()) {
        Matrix x = Samples.uniform(n, n, n);
        for (Product product : Product.values()) {
          Tensor both = input("a and b", x, storage);
          Tensor out = output(n, n);
          product.run(backend, both, both, out);
          Matrix a = product.storedA(x);
          Matrix b = product.storedB(x);
          check(
              product.operation() + " of " + x + " (" + storage + ") by itself",
              Oracle.matmul(a, b),
              out);
        }
        Tensor whole = input("the whole", x, storage);
        int rows = (n + 1) / 2;
        Tensor out = output(rows, n);
        backend.matmul(whole.firstRows(rows), whole, out);
        Oracle.matmul(x.rows(0, rows), x)
            .check(
                "matmul of the first rows of " + x + " (" + storage + ") by all of them",
                read(out));
        Tensor square = output(n, rows);
        backend.matmulTransB(whole, whole.firstRows(rows), square);
        check(
            "matmulTransB of " + x + " by a view (" + storage + ")",
            Oracle.matmulTransB(x, x.rows(0, rows)),
            square);
      }
    }
  }

  @Test
  @DisplayName("losses and derivatives take one tensor in two places that are read")
  void oneTensorReadTwice() {
    Matrix x = Samples.uniform(9, 33, 5).map(v -> Math.abs(v) / 2);
    for (Activation f : Activation.values()) {
      Tensor both = input("y and dy", x);
      Tensor dx = output(9, 33);
      backend.activateBackward(f, both, both, dx);
      check("activateBackward " + f + " with y = dy", Oracle.activateBackward(f, x, x), dx);
      Tensor whole = input("y and dy", x);
      Tensor part = output(4, 33);
      backend.activateBackward(f, whole.firstRows(4), whole.firstRows(5).firstRows(4), part);
      check(
          "activateBackward " + f + " with views of one tensor as y and dy",
          Oracle.activateBackward(f, x.rows(0, 4), x.rows(0, 4)),
          part);
    }
    List<Oracle.LossAndGradient> expected =
        List.of(
            Oracle.softmaxCrossEntropy(x, x),
            Oracle.squaredError(x, x),
            LossOracle.huber(1, x, x),
            LossOracle.sigmoidCrossEntropy(x, x));
    List<Loss> losses = losses(backend);
    for (int i = 0; i < losses.size(); i++) {
      String name = "loss number " + (i + 1) + " with output = target";
      Tensor both = input("output and target", x);
      Tensor gradient = output(9, 33);
      expected.get(i).checkValue(name, losses.get(i).value(both, both));
      expected.get(i).checkValue(name, losses.get(i).valueAndGradient(both, both, gradient));
      check(name + ": gradient", expected.get(i).gradient(), gradient);
    }
  }
}
