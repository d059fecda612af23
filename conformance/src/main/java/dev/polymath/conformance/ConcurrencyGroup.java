package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import dev.polymath.conformance.Parallel.Work;
import dev.polymath.conformance.Threads.OpensItsOwn;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Several threads on one session, several sessions at once. */
@OpensItsOwn
abstract class ConcurrencyGroup extends Group {

  private static final int CALLERS = 4;
  private static final int REPEATS = 25;

  ConcurrencyGroup(BackendConformance kit) {
    super(kit);
  }

  /** What one caller does again and again, and what must come of it each time. */
  private interface Caller {
    /** Makes what the caller alone writes. */
    Work prepare(Backend session, int caller);
  }

  /**
   * Runs four callers with numbers of their own on one session; one thread in force, then three.
   */
  private void together(Caller... kinds) throws InterruptedException {
    for (int threads : new int[] {1, 3}) {
      try (Backend session = open(kit.options().threads(threads))) {
        List<Work> works = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
          Work work = kinds[i % kinds.length].prepare(session, i);
          works.add(
              () -> {
                for (int repeat = 0; repeat < REPEATS; repeat++) {
                  work.run();
                }
              });
        }
        Parallel.together(works);
      }
    }
  }

  private static Tensor on(Backend session, Matrix content) {
    Tensor tensor = session.allocate(content.rows(), content.cols());
    tensor.write(content.floats(), 0);
    return tensor;
  }

  @Test
  @DisplayName("products on four threads at once are right")
  void productsOfConcurrency() throws InterruptedException {
    together(
        (session, caller) -> {
          Matrix a = Samples.uniform(17 + caller, 64, 1 + caller);
          Matrix b = Samples.uniform(64, 100, 11 + caller);
          Expected expected = Oracle.matmul(a, b);
          Tensor ta = on(session, a);
          Tensor tb = on(session, b);
          Tensor tat = on(session, a.transposed());
          Tensor tbt = on(session, b.transposed());
          Tensor out = session.allocate(a.rows(), 100);
          return () -> {
            session.matmul(ta, tb, out);
            expected.check("matmul, four callers", read(out));
            session.matmulTransA(tat, tb, out);
            expected.check("matmulTransA, four callers", read(out));
            session.matmulTransB(ta, tbt, out);
            expected.check("matmulTransB, four callers", read(out));
          };
        });
  }

  @Test
  @DisplayName(
      "products above the threading threshold are right when four callers want the threads")
  void largeProducts() throws InterruptedException {
    try (Backend session = open(kit.options().threads(2))) {
      Matrix a = Samples.uniform(200, 300, 2);
      Matrix b = Samples.uniform(300, 260, 3);
      Expected expected = Oracle.matmul(a, b);
      Tensor ta = on(session, a);
      Tensor tb = on(session, b);
      List<Work> works = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        Tensor out = session.allocate(200, 260);
        works.add(
            () -> {
              for (int repeat = 0; repeat < 3; repeat++) {
                session.matmul(ta, tb, out);
                expected.check("matmul of a [200, 300], b [300, 260], four callers", read(out));
              }
            });
      }
      Parallel.together(works);
    }
  }

  @Test
  @DisplayName("one layer serves four threads at once, each with another number of rows")
  void oneLayer() throws InterruptedException {
    for (Activation f : List.of(Activation.SIGMOID, Activation.RELU)) {
      Matrix w = Samples.uniform(31, 33, 4);
      Matrix b = Samples.uniform(1, 33, 5);
      try (Backend session = open(kit.options())) {
        Layer layer = session.dense(31, 33, f);
        layer.parameters().get(0).value().write(w.floats(), 0);
        layer.parameters().get(1).value().write(b.floats(), 0);
        List<Work> works = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
          Work work = passes(session, layer, f, w, b, 1 + 8 * i);
          works.add(
              () -> {
                for (int repeat = 0; repeat < REPEATS; repeat++) {
                  work.run();
                }
              });
        }
        Parallel.together(works);
      }
    }
  }

  private static Work passes(
      Backend session, Layer layer, Activation f, Matrix w, Matrix b, int rows) {
    Matrix x = Samples.uniform(rows, w.rows(), 6 + rows);
    Expected forward = Oracle.dense(f, x, w, b);
    Matrix y = Samples.rounded(forward.value());
    Matrix dy = Samples.uniform(rows, w.cols(), 7 + rows);
    Oracle.DenseGradients backward = Oracle.denseBackward(f, x, w, y, dy);
    Tensor tx = on(session, x);
    Tensor found = session.allocate(rows, w.cols());
    Tensor ty = on(session, y);
    Tensor tdy = session.allocate(rows, w.cols());
    Tensor dx = session.allocate(rows, w.rows());
    Tensor dw = session.allocateLike(layer.parameters().get(0).value());
    Tensor db = session.allocateLike(layer.parameters().get(1).value());
    String operation = "dense " + w + " " + f + ", x " + x + ", four callers: ";
    return () -> {
      layer.forward(tx, found);
      forward.check(operation + "forward", read(found));
      tdy.write(dy.floats(), 0);
      layer.backward(tx, ty, tdy, dx, List.of(dw, db));
      backward.dx().check(operation + "dx", read(dx));
      backward.dw().check(operation + "gradient of weight", read(dw));
      backward.db().check(operation + "gradient of bias", read(db));
    };
  }

  @Test
  @DisplayName("one loss of each kind serves four threads at once")
  void oneLoss() throws InterruptedException {
    for (int first : new int[] {0, 2}) {
      twoLosses(first);
    }
  }

  /** Two losses, two callers each. */
  private void twoLosses(int first) throws InterruptedException {
    try (Backend session = open(kit.options())) {
      List<Work> works = new ArrayList<>();
      List<Loss> losses = losses(session);
      for (int i = 0; i < CALLERS; i++) {
        Matrix output = Samples.uniform(5 + 7 * i, 10, 5, 8 + i);
        Matrix target = Samples.oneHot(5 + 7 * i, 10, 9 + i);
        int number = first + i % 2;
        Loss loss = losses.get(number);
        Oracle.LossAndGradient expected =
            List.of(
                    Oracle.softmaxCrossEntropy(output, target),
                    Oracle.squaredError(output, target),
                    LossOracle.huber(1, output, target),
                    LossOracle.sigmoidCrossEntropy(output, target))
                .get(number);
        Tensor toutput = on(session, output);
        Tensor ttarget = on(session, target);
        Tensor gradient = session.allocate(output.rows(), 10);
        works.add(
            () -> {
              for (int repeat = 0; repeat < REPEATS; repeat++) {
                expected.checkValue("value, four callers", loss.value(toutput, ttarget));
                expected.checkValue(
                    "valueAndGradient, four callers",
                    loss.valueAndGradient(toutput, ttarget, gradient));
                expected.gradient().check("gradient, four callers", read(gradient));
              }
            });
      }
      Parallel.together(works);
    }
  }

  @Test
  @DisplayName("element-wise operations, activations and adam on four threads at once are right")
  void elementWiseOfConcurrency() throws InterruptedException {
    together(
        (session, caller) -> {
          Matrix x = Samples.uniform(9 + caller, 33, 4, 20 + caller);
          Tensor tx = on(session, x);
          Tensor y = session.allocate(x.rows(), 33);
          Tensor row = session.allocate(1, 33);
          Activation f = Activation.values()[caller + 2];
          Expected activated = Oracle.activate(f, x);
          Expected summed = Oracle.sumRows(x);
          Expected scaled = Oracle.axpby(0.5, x, 0, x);
          Expected squares = Oracle.multiply(x, x);
          Expected sum = Oracle.sumOfSquares(x);
          return () -> {
            session.activate(f, tx, y);
            activated.check("activate " + f + ", four callers", read(y));
            session.sumRows(tx, row);
            summed.check("sumRows, four callers", read(row));
            session.axpby(0.5f, tx, 0, y);
            scaled.check("axpby, four callers", read(y));
            session.multiply(tx, tx, y);
            squares.check("multiply, four callers", read(y));
            sum.check("sumOfSquares, four callers", session.sumOfSquares(tx));
          };
        },
        (session, caller) -> {
          Matrix g = Samples.uniform(5, 33, 30 + caller);
          Matrix value = Samples.uniform(5, 33, 40 + caller);
          Matrix zeros = Matrix.zeros(5, 33);
          Oracle.AdamStep expected =
              Oracle.adam(g, zeros, zeros, value, 0.5, 0.75, 0.125, 0.5, 0.25);
          Tensor tg = on(session, g);
          Tensor m = session.allocate(5, 33);
          Tensor v = session.allocate(5, 33);
          Tensor tvalue = session.allocate(5, 33);
          return () -> {
            m.write(zeros.floats(), 0);
            v.write(zeros.floats(), 0);
            tvalue.write(value.floats(), 0);
            session.adam(tg, m, v, tvalue, 0.5f, 0.75f, 0.125f, 0.5f, 0.25f);
            expected.value().check("adam, four callers", read(tvalue));
          };
        });
  }

  @Test
  @DisplayName("threads may read one tensor at once, and allocate, view and make layers at once")
  void readingAndMaking() throws InterruptedException {
    Matrix shared = Samples.uniform(64, 100, 50);
    Tensor tensor = input("the shared tensor", shared);
    List<Work> works = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      int rows = 1 + 16 * i;
      works.add(
          () -> {
            for (int repeat = 0; repeat < REPEATS; repeat++) {
              checkBits(
                  "a view of the shared tensor, four readers",
                  shared.rows(0, rows).floats(),
                  read(tensor.firstRows(rows)));
              Tensor own = on(backend, shared);
              Layer layer = backend.dense(100, 3, Activation.RELU);
              layer.forward(own, backend.allocate(64, 3));
              checkBits("a tensor made beside three other threads", shared.floats(), read(own));
            }
          });
    }
    Parallel.together(works);
    checkInputs("reading on four threads");
  }

  @Test
  @DisplayName("a session works on threads other than the one that opened it")
  void otherThread() throws InterruptedException {
    Matrix a = Samples.uniform(9, 17, 60);
    Matrix b = Samples.uniform(17, 5, 61);
    Parallel.start(
            "other-thread",
            () -> {
              Tensor out = backend.allocate(9, 5);
              backend.matmul(on(backend, a), on(backend, b), out);
              Oracle.matmul(a, b).check("matmul on another thread", read(out));
            })
        .join();
  }

  @Test
  @DisplayName("two sessions at once are both right, with one thread each and with two")
  void twoSessionsOfConcurrency() throws InterruptedException {
    for (int threads : new int[] {1, 2}) {
      try (Backend first = open(kit.options().threads(threads));
          Backend second = open(kit.options().threads(threads))) {
        List<Work> works = new ArrayList<>();
        for (Backend session : List.of(first, second)) {
          Matrix w = Samples.uniform(100, 33, 70 + works.size());
          Matrix b = Samples.uniform(1, 33, 80);
          Layer layer = session.dense(100, 33, Activation.TANH);
          layer.parameters().get(0).value().write(w.floats(), 0);
          layer.parameters().get(1).value().write(b.floats(), 0);
          Work work = passes(session, layer, Activation.TANH, w, b, 64);
          works.add(
              () -> {
                for (int repeat = 0; repeat < REPEATS; repeat++) {
                  work.run();
                }
              });
        }
        Parallel.together(works);
      }
    }
  }

  @Test
  @DisplayName("a call that is refused on one thread disturbs no call of another")
  void refusedBeside() throws InterruptedException {
    together(
        (session, caller) -> {
          Matrix a = Samples.uniform(9, 33, 90 + caller);
          Matrix b = Samples.uniform(33, 17, 91 + caller);
          Expected expected = Oracle.matmul(a, b);
          Tensor ta = on(session, a);
          Tensor tb = on(session, b);
          Tensor out = session.allocate(9, 17);
          return () -> {
            session.matmul(ta, tb, out);
            expected.check("matmul beside refused calls", read(out));
          };
        },
        (session, caller) -> {
          Tensor x = session.allocate(3, 4);
          return () ->
              Rejection.check(
                  IllegalArgumentException.class,
                  "matmul",
                  () -> session.matmul(x, x, x),
                  "inner dimensions 4 and 3 differ");
        });
  }
}
