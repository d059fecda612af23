package dev.polymath.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.BackendStatus;
import dev.polymath.Backends;
import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Requests that share a pass")
class SharedPassesTest {

  private final List<Integer> passes = new ArrayList<>();
  private final List<Result> results = new ArrayList<>();

  /** A job that remembers how it ended. */
  private final class Result extends Coalescer.Job {
    private Throwable failure;
    private boolean done;

    Result(Model model, float[] features, int rows, long nanos) {
      super(model, FloatBuffer.wrap(features), rows, System.nanoTime() + nanos);
      results.add(this);
    }

    @Override
    void done() {
      done = true;
    }

    @Override
    void failed(Throwable why) {
      failure = why;
    }
  }

  private static final long LONG = 60_000_000_000L;

  private Result digit(Model model, int example) {
    return new Result(model, TestServer.digit(example), 1, LONG);
  }

  /** While the first job's pass runs, others come in. */
  private Coalescer during(Model model, List<Result> others) {
    Coalescer[] it = {null};
    it[0] =
        new Coalescer(
            model,
            100,
            1,
            Runnable::run,
            rows -> {
              passes.add(rows);
              if (passes.size() == 1) {
                for (Result other : others) {
                  try {
                    it[0].submit(other);
                  } catch (Refusal e) {
                    other.failed(e);
                  }
                }
              }
            });
    return it[0];
  }

  @Test
  @DisplayName("get the bits that each gets alone, on the array backends")
  void bits() throws Exception {
    for (BackendStatus status : Backends.list()) {
      if (!status.name().startsWith("arrays") || !status.available()) {
        continue;
      }
      try (Backend backend = Backends.open(status.name(), BackendOptions.defaults().threads(1))) {
        Classifier model = Classifier.of(TestServer.DIGITS.snapshot(), backend);
        for (int count : new int[] {2, 7, 31, 64}) {
          passes.clear();
          results.clear();
          List<Result> others = new ArrayList<>();
          for (int i = 1; i <= count; i++) {
            others.add(digit(model, i));
          }
          during(model, others).submit(digit(model, 0));
          assertEquals(List.of(1, count), passes);
          for (int i = 1; i <= count; i++) {
            float[] alone = new float[10];
            model.predictProbabilities(TestServer.digit(i), alone);
            assertTrue(others.get(i - 1).done);
            assertArrayEquals(alone, others.get(i - 1).outputs.probabilities, status.name());
          }
        }
      }
    }
  }

  @Test
  @DisplayName("of any number of rows get the bits that the model computes")
  void anyNumber() throws Exception {
    for (int rows : new int[] {1, 63, 64, 65, 86, 127, 128, 129, 200}) {
      float[] features = new float[2 * rows];
      for (int i = 0; i < features.length; i++) {
        features[i] = i % 11;
      }
      double[] sums = new double[rows];
      TestServer.SUM.predict(features, rows, sums);
      Result result = new Result(TestServer.SUM, features, rows, LONG);
      new Coalescer(TestServer.SUM, 1, 1, Runnable::run, passes::add).submit(result);
      assertTrue(result.done, () -> rows + ": " + result.failure);
      assertArrayEquals(sums, result.outputs.numbers);

      float[] pixels = new float[784 * rows];
      for (int i = 0; i < rows; i++) {
        System.arraycopy(TestServer.digit(i), 0, pixels, 784 * i, 784);
      }
      float[] probabilities = new float[10 * rows];
      TestServer.DIGITS.predictProbabilities(pixels, rows, probabilities);
      Result digits = new Result(TestServer.DIGITS, pixels, rows, LONG);
      new Coalescer(TestServer.DIGITS, 1, 1, Runnable::run, passes::add).submit(digits);
      assertTrue(digits.done, () -> rows + ": " + digits.failure);
      assertArrayEquals(probabilities, digits.outputs.probabilities);
    }
  }

  @Test
  @DisplayName("never wait where there is one caller")
  void alone() throws Exception {
    Coalescer coalescer = new Coalescer(TestServer.DIGITS, 1, 1, Runnable::run, passes::add);
    for (int i = 0; i < 3; i++) {
      Result result = digit(TestServer.DIGITS, i);
      coalescer.submit(result);
      assertTrue(result.done);
    }
    assertEquals(List.of(1, 1, 1), passes);
  }

  @Test
  @DisplayName("do not suffer from one whose numbers overflow")
  void oneFails() throws Exception {
    Result fine = new Result(TestServer.SUM, new float[] {1, 2}, 1, LONG);
    Result wrong = new Result(TestServer.SUM, new float[] {Float.NaN, 2}, 1, LONG);
    Coalescer coalescer = during(TestServer.SUM, List.of(fine, wrong));
    coalescer.submit(new Result(TestServer.SUM, new float[] {1, 2}, 1, LONG));
    assertTrue(fine.done);
    assertTrue(wrong.failure instanceof IllegalArgumentException);
    assertEquals(TestServer.SUM.predict(new float[] {1, 2})[0], fine.outputs.numbers[0]);
  }

  @Test
  @DisplayName("are refused when their time is over, and leave no more than 64 rows to a pass")
  void late() throws Exception {
    Result late = new Result(TestServer.SUM, new float[] {1, 2}, 1, -1);
    List<Result> others = new ArrayList<>(List.of(late));
    for (int i = 0; i < 3; i++) {
      others.add(new Result(TestServer.SUM, new float[60], 30, LONG));
    }
    during(TestServer.SUM, others).submit(new Result(TestServer.SUM, new float[2], 1, LONG));
    assertEquals(503, ((Refusal) late.failure).status());
    assertEquals(List.of(1, 60, 30), passes);
    assertTrue(others.stream().skip(1).allMatch(result -> result.done));
  }
}
