package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Layer;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Stale copies, and one tensor in two places. */
final class ChangeMutants {

  private static final String GROUP = "Changes";

  private ChangeMutants() {}

  private static Mutant stale(
      String name, String sentence, String symptom, Predicate<String> missed) {
    return Mutant.of(name, sentence, GROUP, symptom, () -> new Caching(missed))
        .by("afterEveryChange");
  }

  /** What a layer remembers from its forward pass, to use in the backward one. */
  private enum Remembered {
    WEIGHT,
    INPUT,
    OUTPUT
  }

  private static ReferenceBackend remembering(Remembered what) {
    return new ReferenceBackend() {
      @Override
      protected Layer newDense(int inputs, int outputs, Activation f) {
        return new ReferenceDense(this, inputs, outputs, f) {
          private float @Nullable [] kept;

          @Override
          protected void forwardKernel(ReferenceTensor x, ReferenceTensor y) {
            super.forwardKernel(x, y);
            ReferenceTensor source =
                switch (what) {
                  case WEIGHT -> weight;
                  case INPUT -> x;
                  case OUTPUT -> y;
                };
            kept = source.data.clone();
          }

          @Override
          protected void backwardKernel(
              ReferenceTensor x,
              ReferenceTensor y,
              ReferenceTensor dy,
              @Nullable ReferenceTensor dx,
              ReferenceTensor dw,
              ReferenceTensor db) {
            ReferenceTensor asked =
                switch (what) {
                  case WEIGHT -> weight;
                  case INPUT -> x;
                  case OUTPUT -> y;
                };
            float[] remembered = kept;
            if (remembered == null || remembered.length != asked.data.length) {
              super.backwardKernel(x, y, dy, dx, dw, db);
              return;
            }
            float[] current = asked.data.clone();
            System.arraycopy(remembered, 0, asked.data, 0, current.length);
            super.backwardKernel(x, y, dy, dx, dw, db);
            System.arraycopy(current, 0, asked.data, 0, current.length);
          }
        };
      }
    };
  }

  private static Mutant remembered(String name, Remembered what) {
    return Mutant.of(
            name,
            "Layer: no state but its parameters, which are read when it is called",
            GROUP,
            "between forward and backward",
            () -> remembering(what))
        .by("betweenForwardAndBackward");
  }

  static List<Mutant> all() {
    return List.of(
        stale(
            "copies renewed by writes alone",
            "matmul: reads its operands as they are",
            "stale copy",
            change -> !change.startsWith("write")),
        stale(
            "copies that miss writes through views",
            "firstRows: writing one changes the other",
            "after a write through a view",
            change -> change.equals("write through a view")),
        stale(
            "copies that miss the optimizer",
            "adam: value is updated in place, for all that read it",
            "after adam",
            change -> change.equals("adam")),
        stale(
            "copies that miss the moments",
            "adam: m and v are updated in place, for all that read them",
            "moment",
            change -> change.equals("moments")),
        stale(
            "copies that miss axpby",
            "axpby: y is updated in place, for all that read it",
            "after axpby",
            change -> change.startsWith("axpby")),
        stale(
            "copies that miss activations in place",
            "activate: y may be x itself, for all that read it",
            "after activate",
            change -> change.startsWith("activate ")),
        stale(
            "copies that miss derivatives",
            "activateBackward: dx is overwritten, for all that read it",
            "after activateBackward",
            change -> change.startsWith("activateBackward")),
        stale(
            "copies that miss sums of rows",
            "sumRows: out is overwritten, for all that read it",
            "after sumRows",
            change -> change.equals("sumRows")),
        stale(
            "copies that miss masks",
            "multiply: out is overwritten, for all that read it",
            "after multiply",
            change -> change.equals("multiply")),
        stale(
            "copies that miss the gradient of a loss",
            "valueAndGradient: dOutput is overwritten, for all that read it",
            "after the gradient of",
            change -> change.equals("loss")),
        stale(
            "copies that miss products",
            "matmulTransB: out is overwritten, for all that read it",
            "after matmulTransB",
            change -> change.equals("matmulTransB")),
        Mutant.of(
                "views that miss writes to the whole",
                "firstRows: writing one changes the other",
                GROUP,
                "a view,",
                () -> new Caching(change -> change.equals("write")))
            .by("throughViews"),
        remembered("weights remembered from forward", Remembered.WEIGHT),
        remembered("input remembered from forward", Remembered.INPUT),
        remembered("output remembered from forward", Remembered.OUTPUT),
        Mutant.of(
                "a tensor by itself taken for a square",
                "matmul: a and b may be one tensor",
                GROUP,
                "by itself",
                () ->
                    new ReferenceBackend() {
                      @Override
                      protected void matmulKernel(
                          ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
                        if (a == b) {
                          super.matmulTransAKernel(a, b, out);
                        } else {
                          super.matmulKernel(a, b, out);
                        }
                      }
                    })
            .by("oneTensorTwice"),
        Mutant.of(
                "a view beside its whole",
                "matmulTransB: a and b may share their storage",
                GROUP,
                "by a view",
                () ->
                    new Stepped() {
                      @Override
                      void after(Step step) {
                        if (step.is("matmulTransB")
                            && step.a() != step.b()
                            && step.a().data == step.b().data) {
                          step.spoilLast();
                        }
                      }
                    })
            .by("oneTensorTwice"),
        Mutant.of(
                "y and dy taken for dx and dy",
                "activateBackward: y and dy may be one tensor",
                GROUP,
                "with y = dy",
                () ->
                    new Stepped() {
                      @Override
                      void after(Step step) {
                        if (step.operation().startsWith("activateBackward")
                            && step.a() == step.b()) {
                          System.arraycopy(step.a().data, 0, step.out().data, 0, step.out().size());
                        }
                      }
                    })
            .by("oneTensorReadTwice"));
  }
}
