package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.spi.AbstractTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Faults that leave bytes behind in an open session, or allocate where nothing is claimed. */
final class MemoryMutants {

  private static final String GROUP = "Memory";

  private MemoryMutants() {}

  /** A session that keeps something for each call of an operation. */
  private static Backend keeping(String operation) {
    List<Object> kept = Collections.synchronizedList(new ArrayList<>());
    return new Stepped() {
      @Override
      void after(Step step) {
        if (step.is(operation)) {
          kept.add(new int[] {step.rows(), step.cols()});
        }
      }
    };
  }

  private static Mutant calls(String name, String operation) {
    return Mutant.of(
            name,
            operation + ": nothing of a call is kept",
            GROUP,
            "times all operations in one session left",
            () -> keeping(operation))
        .by("calls");
  }

  /** Allocates in an operation on wide tensors alone. */
  private static Mutant wide(String name, String operation) {
    return Mutant.of(
            name,
            "BackendInfo.allocationFree: a warm operation allocates nothing, wide tensors included",
            GROUP,
            "warm steps allocated",
            () ->
                new Stepped() {
                  private float[] scratch = {};

                  @Override
                  void after(Step step) {
                    if (step.is(operation) && step.cols() > 64) {
                      scratch = new float[step.cols()];
                      step.out().data[0] += scratch[0];
                    }
                  }
                })
        .by("wide");
  }

  static List<Mutant> all() {
    return List.of(
        calls("record of each product", "matmul"),
        calls("record of each update", "adam"),
        calls("record of each forward pass", "forward RELU"),
        wide("scratch of wide products", "matmulTransB"),
        wide("scratch of wide activations", "activate SOFTMAX"),
        Mutant.of(
                "views kept by their tensor",
                "firstRows: a view that nobody uses costs nothing",
                GROUP,
                "times a view and a view of it in one session left",
                () ->
                    new ReferenceBackend() {
                      private final List<AbstractTensor> views =
                          Collections.synchronizedList(new ArrayList<>());

                      @Override
                      protected ReferenceTensor newTensor(int rows, int cols) {
                        return new ReferenceTensor(this, rows, cols) {
                          @Override
                          protected AbstractTensor firstRowsKernel(int rows) {
                            AbstractTensor view = super.firstRowsKernel(rows);
                            views.add(view);
                            return view;
                          }
                        };
                      }
                    })
            .by("viewsOfMemory"),
        Mutant.of(
                "native memory of each view",
                "firstRows: a view that nobody uses costs nothing outside the heap either",
                GROUP,
                "times a view and a view of it in one session left",
                () ->
                    new ReferenceBackend() {
                      @Override
                      protected ReferenceTensor newTensor(int rows, int cols) {
                        return new ReferenceTensor(this, rows, cols) {
                          @Override
                          protected AbstractTensor firstRowsKernel(int rows) {
                            MutantSubject.nativeBytes += 64;
                            return super.firstRowsKernel(rows);
                          }
                        };
                      }
                    })
            .by("viewsOfMemory"),
        Mutant.of(
                "losses kept by their session",
                "a loss that nobody uses costs nothing",
                GROUP,
                "times a loss of each kind in one session left",
                () ->
                    new ReferenceBackend() {
                      private final List<Loss> losses =
                          Collections.synchronizedList(new ArrayList<>());

                      @Override
                      protected Loss newHuber(float delta) {
                        Loss loss = super.newHuber(delta);
                        losses.add(loss);
                        return loss;
                      }
                    })
            .by("lossesOfMemory"),
        Mutant.of(
                "layers of activations kept by their session",
                "a layer that nobody uses costs no more than its tensors",
                GROUP,
                "times a layer of an activation in one session left",
                () ->
                    new ReferenceBackend() {
                      private final List<Layer> layers =
                          Collections.synchronizedList(new ArrayList<>());

                      @Override
                      protected Layer newActivation(int width, Activation f) {
                        Layer layer = super.newActivation(width, f);
                        layers.add(layer);
                        return layer;
                      }
                    })
            .by("lossesOfMemory"));
  }
}
