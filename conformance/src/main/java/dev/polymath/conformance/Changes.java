package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Tensor;
import dev.polymath.conformance.Arguments.Read;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** The ways of changing a tensor. */
final class Changes {

  /** One way: changes all of the argument, or its first rows. */
  record Change(String name, BiConsumer<Backend, Read> apply) {

    static Change of(String name, BiConsumer<Backend, Tensor> apply) {
      return new Change(name, (session, read) -> apply.accept(session, read.tensor()));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private Changes() {}

  private static Tensor drawn(Backend session, int rows, int cols, long seed) {
    Tensor tensor = session.allocate(rows, cols);
    write(tensor, seed);
    return tensor;
  }

  private static Tensor like(Backend session, Tensor t, long seed) {
    return drawn(session, t.rows(), t.cols(), seed);
  }

  private static void write(Tensor tensor, long seed) {
    tensor.write(Samples.uniform(tensor.rows(), tensor.cols(), seed).floats(), 0);
  }

  /** Most of the rows: a view of all would be the whole. */
  private static Tensor view(Tensor tensor) {
    return tensor.firstRows(Math.max(1, tensor.rows() - 1));
  }

  static final List<Change> WRITES =
      List.of(
          Change.of("a write", (s, t) -> write(t, 901)),
          Change.of("a write through a view", (s, t) -> write(view(t), 902)),
          Change.of(
              "a write through a view of a view",
              (s, t) -> write(view(t.firstRows(t.rows())), 903)),
          new Change("a write to the tensor that it is a view of", (s, r) -> write(r.whole(), 904)),
          Change.of("axpby into it", (s, t) -> s.axpby(1, like(s, t, 905), 0, t)),
          Change.of(
              "axpby into a view of it",
              (s, t) -> s.axpby(1, like(s, view(t), 906), 0.5f, view(t))),
          new Change(
              "axpby into the tensor that it is a view of",
              (s, r) -> s.axpby(1, like(s, r.whole(), 907), 0.5f, r.whole())));

  static final List<Change> ALL = all();

  private static List<Change> all() {
    List<Change> all = new ArrayList<>(WRITES);
    all.addAll(operations());
    all.addAll(layers());
    return List.copyOf(all);
  }

  private static List<Change> operations() {
    return List.of(
        Change.of(
            "matmul into it",
            (s, t) -> s.matmul(drawn(s, t.rows(), 5, 911), drawn(s, 5, t.cols(), 912), t)),
        Change.of(
            "matmulTransA into it",
            (s, t) -> s.matmulTransA(drawn(s, 5, t.rows(), 913), drawn(s, 5, t.cols(), 914), t)),
        Change.of(
            "matmulTransB into it",
            (s, t) -> s.matmulTransB(drawn(s, t.rows(), 5, 915), drawn(s, t.cols(), 5, 916), t)),
        Change.of(
            "matmul into a view of it",
            (s, t) ->
                s.matmul(drawn(s, view(t).rows(), 5, 917), drawn(s, 5, t.cols(), 918), view(t))),
        Change.of("addRow to it", (s, t) -> s.addRow(drawn(s, 1, t.cols(), 919), t)),
        Change.of(
            "sumRows into its first row",
            (s, t) -> s.sumRows(drawn(s, 7, t.cols(), 920), t.firstRows(1))),
        Change.of("multiply into it", (s, t) -> s.multiply(like(s, t, 921), like(s, t, 922), t)),
        Change.of("multiply of it in place", (s, t) -> s.multiply(t, like(s, t, 923), t)),
        Change.of("activate into it", (s, t) -> s.activate(Activation.TANH, like(s, t, 924), t)),
        Change.of("softmax into it", (s, t) -> s.activate(Activation.SOFTMAX, like(s, t, 925), t)),
        Change.of(
            "ELU into it, which may be composed",
            (s, t) -> s.activate(Activation.ELU, like(s, t, 926), t)),
        Change.of("activate in place", (s, t) -> s.activate(Activation.SIGMOID, t, t)),
        Change.of(
            "activateBackward into it",
            (s, t) -> s.activateBackward(Activation.TANH, like(s, t, 927), like(s, t, 928), t)),
        Change.of(
            "activateBackward in place",
            (s, t) -> s.activateBackward(Activation.SIGMOID, like(s, t, 929), t, t)),
        Change.of(
            "adam with it as the value",
            (s, t) -> adam(s, like(s, t, 930), like(s, t, 931), like(s, t, 0), t)),
        Change.of(
            "adam with it as the first moment",
            (s, t) -> adam(s, like(s, t, 932), t, like(s, t, 0), like(s, t, 933))),
        Change.of(
            "adam with it as the second moment",
            (s, t) -> adam(s, like(s, t, 934), like(s, t, 935), t, like(s, t, 936))));
  }

  private static void adam(Backend s, Tensor gradient, Tensor m, Tensor v, Tensor value) {
    s.adam(gradient, m, v, value, 0.5f, 0.25f, 0.5f, 0.5f, 0.25f);
  }

  private static List<Change> layers() {
    return List.of(
        Change.of(
            "forward of a dense layer into it",
            (s, t) -> dense(s, 4, t.cols()).forward(drawn(s, t.rows(), 4, 941), t)),
        Change.of(
            "backward of a dense layer, dx into it",
            (s, t) -> {
              Tensor y = drawn(s, t.rows(), 4, 942);
              dense(s, t.cols(), 4)
                  .backward(like(s, t, 943), y, like(s, y, 944), t, gradients(s, t.cols(), 4));
            }),
        Change.of(
            "backward of a dense layer, a gradient into it",
            (s, t) -> {
              Tensor y = drawn(s, 3, t.cols(), 945);
              dense(s, t.rows(), t.cols())
                  .backward(
                      drawn(s, 3, t.rows(), 946),
                      y,
                      like(s, y, 947),
                      null,
                      List.of(t, s.allocate(1, t.cols())));
            }),
        Change.of(
            "backward of a dense layer, the gradient of its bias into the first row",
            (s, t) -> {
              Tensor y = drawn(s, 3, t.cols(), 948);
              dense(s, 4, t.cols())
                  .backward(
                      drawn(s, 3, 4, 949),
                      y,
                      like(s, y, 950),
                      null,
                      List.of(s.allocate(4, t.cols()), t.firstRows(1)));
            }),
        Change.of(
            "forward of an activation layer into it",
            (s, t) -> s.activation(t.cols(), Activation.TANH).forward(like(s, t, 951), t)),
        Change.of(
            "backward of an activation layer into it",
            (s, t) ->
                s.activation(t.cols(), Activation.TANH)
                    .backward(like(s, t, 952), like(s, t, 953), like(s, t, 954), t, List.of())),
        Change.of(
            "the gradient of softmaxCrossEntropy into it",
            (s, t) ->
                s.softmaxCrossEntropy().valueAndGradient(like(s, t, 955), like(s, t, 956), t)),
        Change.of(
            "the gradient of squaredError into it",
            (s, t) -> s.squaredError().valueAndGradient(like(s, t, 957), like(s, t, 958), t)));
  }

  private static Layer dense(Backend session, int inputs, int outputs) {
    Layer layer = session.dense(inputs, outputs, Activation.TANH);
    write(layer.parameters().get(0).value(), 961);
    return layer;
  }

  private static List<Tensor> gradients(Backend session, int inputs, int outputs) {
    return List.of(session.allocate(inputs, outputs), session.allocate(1, outputs));
  }
}
