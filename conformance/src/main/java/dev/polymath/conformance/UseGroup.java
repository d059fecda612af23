package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import dev.polymath.conformance.Arguments.Size;
import dev.polymath.conformance.Operation.Call;
import dev.polymath.conformance.Parallel.Work;
import dev.polymath.conformance.Threads.OpensItsOwn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a session meets in use: many calls, many objects, large arrays, views, shared weights. */
abstract class UseGroup extends Group {

  private static final int CALLERS = 4;
  private static final int REPEATS = 3;

  /** More than a byte, a short or a table of some thousands counts. */
  private static final int CALLS = 1500;

  private static final int OBJECTS = 5000;
  private static final int LAYERS = 300;

  /** More than a short and than three bytes of floats. */
  private static final int FAR = 4_200_017;

  UseGroup(BackendConformance kit) {
    super(kit);
  }

  @Test
  @OpensItsOwn
  @DisplayName("every operation gives after a thousand and more calls the bits of its first")
  void manyCalls() {
    for (Operation operation : Operations.ALL) {
      Call call = operation.on(backend, new Size(3, 5, 4, 1));
      double[] first = call.runAnew();
      for (int i = 0; i < CALLS; i++) {
        call.arguments().reset();
        call.work().call().run();
      }
      Operation.checkSame(call + ", call " + (CALLS + 2), first, call.runAnew());
      call.giveBack();
    }
  }

  @Test
  @DisplayName("thousands of tensors and hundreds of layers of one session are all their own")
  void manyObjects() {
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < OBJECTS; i++) {
      Tensor tensor = backend.allocate(1, 3);
      tensor.write(new float[] {i, -i, i + 0.5f}, 0);
      tensors.add(tensor);
    }
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < LAYERS; i++) {
      Layer layer = backend.dense(3, 2, Activation.IDENTITY);
      layer.parameters().get(0).value().write(new float[] {i, 1, 2, 3, 4, -i}, 0);
      layers.add(layer);
    }
    for (int i = 0; i < OBJECTS; i++) {
      float[] expected = {i, -i, i + 0.5f};
      checkBits(
          "tensor " + (i + 1) + " of " + OBJECTS + " in one session",
          expected,
          read(tensors.get(i)));
    }
    Tensor x = input("x", Matrix.of(1, 3, 1, 10, 100));
    for (int i = 0; i < LAYERS; i++) {
      Tensor y = output(1, 2);
      layers.get(i).forward(x, y);
      checkBits(
          "layer " + (i + 1) + " of " + LAYERS + " in one session",
          new float[] {i + 20 + 400, 1 + 30 - 100 * i},
          read(y));
    }
  }

  @Test
  @DisplayName("write and read take any place of an array of millions")
  void farOffsets() {
    float[] array = new float[FAR + 40];
    for (int offset : new int[] {256, 4097, 65_537, 1_048_577, FAR}) {
      for (int i = 0; i < 33; i++) {
        array[offset + i] = offset + i;
      }
    }
    for (int offset : new int[] {256, 4097, 65_537, 1_048_577, FAR}) {
      float[] expected = Arrays.copyOfRange(array, offset, offset + 33);
      Tensor x = backend.allocate(3, 11);
      x.write(array, offset);
      checkBits("write at " + offset + " of an array of millions", expected, read(x));
      float[] target = new float[FAR + 40];
      x.read(target, offset);
      float[] around = new float[FAR + 40];
      System.arraycopy(expected, 0, around, offset, 33);
      checkBits("read at " + offset + " of an array of millions", around, target);
    }
  }

  @Test
  @DisplayName("every operation on views neither reads the rows behind them nor writes there")
  void behindViews() {
    for (Size size :
        List.of(new Size(5, 130, 70, 1), new Size(13, 9, 33, 2), new Size(2, 1030, 19, 3))) {
      for (Operation operation : Operations.ALL) {
        Call plain = operation.on(backend, size);
        Call views = operation.on(backend, size, true, null);
        plain.before();
        views.before();
        views.arguments().spoilBehind();
        String what = views + " on views, NaN in the rows behind";
        Operation.checkClose(what, plain.runAnew(), views.runAnew());
        views.arguments().checkBehind(what);
        plain.giveBack();
        views.giveBack();
      }
    }
  }

  /** A call, and what it gives when nobody else is there. */
  private record Alone(Call call, double[] expected) {

    static Alone of(Call call) {
      return new Alone(call, call.runAnew());
    }

    void check(String circumstance) {
      Operation.checkSame(call + ", " + circumstance, expected, call.runAnew());
    }
  }

  @Test
  @OpensItsOwn
  @DisplayName("every operation gives four callers who read the same tensors the bits it gives one")
  void sharedArguments() throws InterruptedException {
    Size size = new Size(40, 97, 33, 1);
    for (int threads : new int[] {1, Threads.MORE}) {
      try (Backend session = open(kit.options().threads(threads))) {
        if (threads > 1 && session.info().threads() == 1) {
          return;
        }
        for (Operation operation : Operations.ALL) {
          // The first argument; and all but the first, as weights by several inputs.
          for (boolean ofFirst : new boolean[] {true, false}) {
            Call first = operation.on(session, size);
            if (first.arguments().sharable() < (ofFirst ? 1 : 2)) {
              continue;
            }
            List<Alone> all = new ArrayList<>();
            all.add(Alone.of(first));
            for (int caller = 1; caller < CALLERS; caller++) {
              Size own = size.seeded(1 + 1000L * caller);
              all.add(Alone.of(operation.sharing(first, ofFirst, own)));
            }
            List<Work> works = new ArrayList<>();
            for (Alone alone : all) {
              works.add(
                  () -> {
                    for (int repeat = 0; repeat < REPEATS; repeat++) {
                      alone.check("four callers who read the same tensors");
                    }
                  });
            }
            Parallel.together(works);
            all.forEach(alone -> alone.call().giveBack());
          }
        }
      }
    }
  }

  @Test
  @DisplayName("each call counts with its own constants, and each loss with its own")
  void constants() {
    Matrix g = Samples.uniform(3, 33, 1);
    Matrix m = Samples.uniform(3, 33, 2);
    Matrix v = Samples.uniform(3, 33, 3).map(Math::abs);
    Matrix value = Samples.uniform(3, 33, 4);
    Tensor tg = input("gradient", g);
    Tensor tm = tensor(m);
    Tensor tv = tensor(v);
    Tensor tvalue = tensor(value);
    for (float c : new float[] {0.5f, 0.25f, 0.75f, 0.5f}) {
      tm.write(m.floats(), 0);
      tv.write(v.floats(), 0);
      tvalue.write(value.floats(), 0);
      backend.adam(tg, tm, tv, tvalue, c, 1 - c / 2, c / 4, c / 8, c / 16);
      String name = "adam with other constants than before, beta1 = " + c;
      Oracle.AdamStep expected = Oracle.adam(g, m, v, value, c, 1 - c / 2, c / 4, c / 8, c / 16);
      expected.m().check(name + ": m", read(tm));
      expected.v().check(name + ": v", read(tv));
      expected.value().check(name + ": value", read(tvalue));
      tvalue.write(value.floats(), 0);
      backend.axpby(c, tg, 1 - c / 2, tvalue);
      Oracle.axpby(c, g, 1 - c / 2, value)
          .check("axpby with another α and β than before, α = " + c, read(tvalue));
    }
    Tensor output = input("output", Samples.uniform(3, 33, 3, 5));
    Matrix read = Samples.uniform(3, 33, 3, 5);
    Matrix target = Samples.uniform(3, 33, 6);
    Tensor ttarget = input("target", target);
    List<Loss> losses = new ArrayList<>();
    float[] deltas = {0.25f, 2, 0.75f};
    for (float delta : deltas) {
      losses.add(backend.huber(delta));
    }
    for (int i = 0; i < deltas.length; i++) {
      LossOracle.huber(deltas[i], read, target)
          .checkValue(
              "huber(" + deltas[i] + ") beside others", losses.get(i).value(output, ttarget));
    }
    checkInputs("calls with other constants");
  }
}
