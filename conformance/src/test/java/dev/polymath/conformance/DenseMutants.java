package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Parameter;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Faults in dense layers. */
final class DenseMutants {

  private static final String GROUP = "Dense";

  private DenseMutants() {}

  /** What a layer is made of. */
  private record Made(ReferenceBackend backend, int inputs, int outputs, Activation f) {}

  /** A layer with hooks before and after each pass. */
  private abstract static class Spoiled extends ReferenceDense {

    Spoiled(Made made) {
      super(made.backend, made.inputs, made.outputs, made.f);
    }

    void afterForward(ReferenceTensor x, ReferenceTensor y) {}

    void afterBackward(
        ReferenceTensor x,
        ReferenceTensor y,
        ReferenceTensor dz,
        @Nullable ReferenceTensor dx,
        ReferenceTensor dw,
        ReferenceTensor db) {}

    @Override
    protected void forwardKernel(ReferenceTensor x, ReferenceTensor y) {
      super.forwardKernel(x, y);
      afterForward(x, y);
    }

    @Override
    protected void backwardKernel(
        ReferenceTensor x,
        ReferenceTensor y,
        ReferenceTensor dy,
        @Nullable ReferenceTensor dx,
        ReferenceTensor dw,
        ReferenceTensor db) {
      super.backwardKernel(x, y, dy, dx, dw, db);
      afterBackward(x, y, dy, dx, dw, db);
    }
  }

  private static Mutant mutant(
      String name, String sentence, String symptom, Function<Made, Layer> layer) {
    return Mutant.of(
        name,
        sentence,
        GROUP,
        symptom,
        () ->
            new ReferenceBackend() {
              @Override
              protected Layer newDense(int inputs, int outputs, Activation f) {
                return layer.apply(new Made(this, inputs, outputs, f));
              }
            });
  }

  static List<Mutant> all() {
    return List.of(
        mutant(
            "bias forgotten",
            "dense: y = f(x · w + b)",
            "forward",
            made ->
                new Spoiled(made) {
                  @Override
                  protected void forwardKernel(ReferenceTensor x, ReferenceTensor y) {
                    backend.matmulKernel(x, weight, y);
                    backend.activateKernel(activation, y, y);
                  }
                }),
        mutant(
            "wrong activation fused",
            "dense: f is applied to x · w + b",
            "LEAKY_RELU forward",
            made ->
                new Spoiled(made) {
                  @Override
                  void afterForward(ReferenceTensor x, ReferenceTensor y) {
                    if (activation == Activation.LEAKY_RELU) {
                      backend.activateKernel(Activation.RELU, y, y);
                    }
                  }
                }),
        mutant(
            "single row taken for the last",
            "Layer: any number of rows from call to call",
            "forward, x [1, 33]",
            made ->
                new Spoiled(made) {
                  private int rows;

                  @Override
                  void afterForward(ReferenceTensor x, ReferenceTensor y) {
                    if (x.rows() == 1 && rows > 1) {
                      y.data[0] = 0;
                    }
                    rows = x.rows();
                  }
                }),
        mutant(
            "rows behind the view computed",
            "firstRows: a layer writes the rows of the view alone",
            "the rows behind",
            made ->
                new Spoiled(made) {
                  @Override
                  void afterForward(ReferenceTensor x, ReferenceTensor y) {
                    for (int i = y.size(); i < y.data.length; i++) {
                      y.data[i] = bias.data[i % y.cols()];
                    }
                  }
                }),
        mutant(
            "stale weight",
            "Layer: y = f(x; parameters), as they are when it is called",
            "weight written again",
            made ->
                new Spoiled(made) {
                  private float @Nullable [] copy;

                  @Override
                  protected void forwardKernel(ReferenceTensor x, ReferenceTensor y) {
                    float[] now = weight.data.clone();
                    copy = copy == null ? now : copy;
                    System.arraycopy(copy, 0, weight.data, 0, now.length);
                    super.forwardKernel(x, y);
                    System.arraycopy(now, 0, weight.data, 0, now.length);
                  }
                }),
        mutant(
            "stale buffer",
            "Layer: no state but its parameters; y is the argument",
            "another forward in between",
            made ->
                new Spoiled(made) {
                  private @Nullable ReferenceTensor last;

                  @Override
                  void afterForward(ReferenceTensor x, ReferenceTensor y) {
                    last = y;
                  }

                  @Override
                  protected void backwardKernel(
                      ReferenceTensor x,
                      ReferenceTensor y,
                      ReferenceTensor dy,
                      @Nullable ReferenceTensor dx,
                      ReferenceTensor dw,
                      ReferenceTensor db) {
                    boolean fits = last != null && last.rows() == y.rows();
                    super.backwardKernel(x, fits ? last : y, dy, dx, dw, db);
                  }
                }),
        mutant(
            "derivative of the activation forgotten",
            "backward: gradients of y = f(x · w + b)",
            "SIGMOID backward",
            made ->
                new Spoiled(made) {
                  @Override
                  protected void backwardKernel(
                      ReferenceTensor x,
                      ReferenceTensor y,
                      ReferenceTensor dy,
                      @Nullable ReferenceTensor dx,
                      ReferenceTensor dw,
                      ReferenceTensor db) {
                    backend.matmulTransAKernel(x, dy, dw);
                    backend.sumRowsKernel(dy, db);
                    if (dx != null) {
                      backend.matmulTransBKernel(dy, weight, dx);
                    }
                  }
                }),
        mutant(
            "bias gradient averaged",
            "backward: the gradient of each parameter, not divided: the division by n is the loss's",
            "gradient of bias",
            made ->
                new Spoiled(made) {
                  @Override
                  void afterBackward(
                      ReferenceTensor x,
                      ReferenceTensor y,
                      ReferenceTensor dz,
                      @Nullable ReferenceTensor dx,
                      ReferenceTensor dw,
                      ReferenceTensor db) {
                    for (int j = 0; j < db.size(); j++) {
                      db.data[j] /= y.rows();
                    }
                  }
                }),
        mutant(
            "gradient accumulated",
            "backward: gradients are overwritten",
            "call 2 into the same gradients",
            made ->
                new Spoiled(made) {
                  @Override
                  protected void backwardKernel(
                      ReferenceTensor x,
                      ReferenceTensor y,
                      ReferenceTensor dy,
                      @Nullable ReferenceTensor dx,
                      ReferenceTensor dw,
                      ReferenceTensor db) {
                    float[] before = dw.data.clone();
                    super.backwardKernel(x, y, dy, dx, dw, db);
                    for (int i = 0; i < dw.size(); i++) {
                      dw.data[i] += Float.isFinite(before[i]) ? before[i] : 0;
                    }
                  }
                }),
        mutant(
            "dx accumulated",
            "backward: dx is overwritten",
            "dx",
            made ->
                new Spoiled(made) {
                  @Override
                  protected void backwardKernel(
                      ReferenceTensor x,
                      ReferenceTensor y,
                      ReferenceTensor dy,
                      @Nullable ReferenceTensor dx,
                      ReferenceTensor dw,
                      ReferenceTensor db) {
                    float[] before = dx == null ? new float[0] : dx.data.clone();
                    super.backwardKernel(x, y, dy, dx, dw, db);
                    for (int i = 0; dx != null && i < dx.size(); i++) {
                      dx.data[i] += before[i];
                    }
                  }
                }),
        mutant(
            "dx of the call before written when dx is null",
            "backward: dx is null where it is not wanted",
            "the dx of the call before",
            made ->
                new Spoiled(made) {
                  private @Nullable ReferenceTensor last;

                  @Override
                  void afterBackward(
                      ReferenceTensor x,
                      ReferenceTensor y,
                      ReferenceTensor dz,
                      @Nullable ReferenceTensor dx,
                      ReferenceTensor dw,
                      ReferenceTensor db) {
                    if (dx == null && last != null && last.rows() == y.rows()) {
                      backend.matmulTransBKernel(dz, weight, last);
                    }
                    last = dx == null ? last : dx;
                  }
                }),
        mutant(
            "weights updated in backward",
            "backward: updates no parameter",
            ": weight: element",
            made ->
                new Spoiled(made) {
                  @Override
                  void afterBackward(
                      ReferenceTensor x,
                      ReferenceTensor y,
                      ReferenceTensor dz,
                      @Nullable ReferenceTensor dx,
                      ReferenceTensor dw,
                      ReferenceTensor db) {
                    backend.axpbyKernel(-0.1f, dw, 1, weight);
                  }
                }),
        mutant(
            "input overwritten in backward",
            "backward: x is read",
            "its input x",
            made ->
                new Spoiled(made) {
                  @Override
                  void afterBackward(
                      ReferenceTensor x,
                      ReferenceTensor y,
                      ReferenceTensor dz,
                      @Nullable ReferenceTensor dx,
                      ReferenceTensor dw,
                      ReferenceTensor db) {
                    x.data[0] = 0;
                  }
                }),
        mutant(
            "output used as scratch",
            "backward: y is read; dy alone is scratch",
            "its input y",
            made ->
                new Spoiled(made) {
                  @Override
                  void afterBackward(
                      ReferenceTensor x,
                      ReferenceTensor y,
                      ReferenceTensor dz,
                      @Nullable ReferenceTensor dx,
                      ReferenceTensor dw,
                      ReferenceTensor db) {
                    System.arraycopy(dz.data, 0, y.data, 0, y.size());
                  }
                }),
        mutant(
            "weights drawn",
            "Parameter: zero until the caller writes it",
            "a new weight",
            made ->
                new Spoiled(made) {
                  {
                    weight.data[0] = 0.01f;
                  }
                }),
        mutant(
            "weight stored by outputs",
            "dense: weight [inputs, outputs] and bias [1, outputs]",
            "inputs()",
            made -> new ReferenceDense(made.backend, made.outputs, made.inputs, made.f)),
        Mutant.of(
            "bias before weight",
            "Layer.parameters: always the same list in the same order",
            GROUP,
            "parameters()",
            () -> withParameters(list -> List.of(list.get(1), list.get(0)))),
        Mutant.of(
            "bias called a weight",
            "Parameter: the role says what it does; a bias never decays",
            GROUP,
            "parameters()",
            () ->
                withParameters(
                    list -> {
                      Parameter bias = list.get(1);
                      return List.of(
                          list.get(0),
                          new Parameter(bias.name(), Parameter.Role.WEIGHT, bias.value()));
                    })));
  }

  /** A session whose dense layers give another list of their two parameters. */
  private static Backend withParameters(UnaryOperator<List<Parameter>> change) {
    return Intercepted.session(
        (target, method, arguments, call) -> {
          Object result = call.proceed();
          return target instanceof ReferenceDense dense && method.equals("parameters")
              ? change.apply(dense.parameters())
              : result;
        });
  }
}
