package dev.polymath.conformance;

import dev.polymath.Backend;
import dev.polymath.BackendInfo;
import dev.polymath.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Faults in the bits of two runs, and in what a network learns. */
final class TrainingMutants {

  private TrainingMutants() {}

  static List<Mutant> all() {
    List<Mutant> all = new ArrayList<>(determinism());
    all.addAll(training());
    return all;
  }

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
            new Supplier<>() {
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
                    LifecycleMutants.LEAKED.add(row.data.clone());
                    LifecycleMutants.LEAKED.clear();
                    super.addRowKernel(row, y);
                  }
                }));
  }
}
