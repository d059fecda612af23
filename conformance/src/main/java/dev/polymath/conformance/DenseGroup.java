package dev.polymath.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.polymath.Activation;
import dev.polymath.Layer;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.conformance.Samples.ProductShape;
import dev.polymath.spi.AbstractBackend;
import dev.polymath.spi.AbstractTensor;
import dev.polymath.spi.ComposedDense;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Dense layers, forward and backward. */
abstract class DenseGroup extends Group {

  /** All that a dense layer may be; softmax is a layer of its own. */
  private static final List<Activation> ACTIVATIONS =
      List.of(
          Activation.IDENTITY,
          Activation.SIGMOID,
          Activation.TANH,
          Activation.RELU,
          Activation.LEAKY_RELU,
          Activation.ELU,
          Activation.SELU);

  /** m rows, k inputs, n outputs: around lane counts, panels and thresholds. */
  private static final List<ProductShape> SHAPES =
      List.of(
          new ProductShape(1, 1, 1),
          new ProductShape(1, 17, 1),
          new ProductShape(2, 1, 9),
          new ProductShape(3, 8, 2),
          new ProductShape(1, 100, 33),
          new ProductShape(15, 7, 16),
          new ProductShape(16, 33, 15),
          new ProductShape(31, 64, 10),
          new ProductShape(64, 31, 50),
          new ProductShape(33, 207, 130),
          new ProductShape(130, 3, 65));

  DenseGroup(BackendConformance kit) {
    super(kit);
  }

  /** A layer, its parameters written, with what the oracle needs. */
  private record Subject(String name, Layer layer, Activation f, Matrix w, Matrix b) {

    static Subject of(Layer layer, String name, Activation f) {
      Matrix w = Samples.uniform(layer.inputs(), layer.outputs(), 1);
      Matrix b = Samples.uniform(1, layer.outputs(), 3, 2);
      layer.parameters().get(0).value().write(w.floats(), 0);
      layer.parameters().get(1).value().write(b.floats(), 0);
      return new Subject(name + " " + w + " " + f, layer, f, w, b);
    }

    Matrix input(int rows) {
      return Samples.uniform(rows, w.rows(), 3);
    }

    Expected forward(Matrix x) {
      return Oracle.dense(f, x, w, b);
    }
  }

  private Subject dense(int inputs, int outputs, Activation f) {
    return Subject.of(backend.dense(inputs, outputs, f), "dense", f);
  }

  private void checkParameters(Subject subject, String operation) {
    List<Parameter> parameters = subject.layer.parameters();
    checkBits(operation + ": weight", subject.w.floats(), read(parameters.get(0).value()));
    checkBits(operation + ": bias", subject.b.floats(), read(parameters.get(1).value()));
  }

  private void checkForward(Subject subject, int rows, Storage ofX, Storage ofY) {
    Matrix x = subject.input(rows);
    Tensor y = output(rows, subject.w.cols(), ofY);
    subject.layer.forward(input("x", x, ofX), y);
    String operation = subject.name + " forward, x " + x + " (" + ofX + ") into " + ofY;
    check(operation, subject.forward(x), y);
    checkParameters(subject, operation);
  }

  /** Where each argument of a backward pass is stored. */
  private record Places(Storage x, Storage y, Storage dy, Storage dx, Storage gradients) {
    static final Places PLAIN =
        new Places(
            Storage.ALLOCATED,
            Storage.ALLOCATED,
            Storage.ALLOCATED,
            Storage.ALLOCATED,
            Storage.LIKE_PARAMETER);
  }

  private void checkBackward(Subject subject, int rows, boolean wantsDx, Places places) {
    Matrix x = subject.input(rows);
    Matrix y = Samples.rounded(subject.forward(x).value());
    Matrix dy = Samples.uniform(rows, subject.w.cols(), 2, 4);
    Tensor dw = output(subject.w.rows(), subject.w.cols(), places.gradients);
    Tensor db = output(1, subject.w.cols(), places.gradients);
    Tensor dx = wantsDx ? output(rows, subject.w.rows(), places.dx) : null;
    subject.layer.backward(
        input("x", x, places.x),
        input("y", y, places.y),
        tensor(dy, places.dy),
        dx,
        List.of(dw, db));
    String operation =
        subject.name + " backward, x " + x + (wantsDx ? "" : ", dx null") + ", " + places;
    checkGradients(operation, Oracle.denseBackward(subject.f, x, subject.w, y, dy), dx, dw, db);
    checkInputs(operation);
    checkParameters(subject, operation);
  }

  private static void checkGradients(
      String operation, Oracle.DenseGradients expected, @Nullable Tensor dx, Tensor dw, Tensor db) {
    expected.dw().check(operation + ": gradient of weight", read(dw));
    expected.db().check(operation + ": gradient of bias", read(db));
    if (dx != null) {
      expected.dx().check(operation + ": dx", read(dx));
    }
  }

  @Test
  @DisplayName(
      "dense layers have a WEIGHT [inputs, outputs] and a BIAS [1, outputs], zero, always the same list")
  void parameters() {
    for (Activation f : ACTIVATIONS) {
      Layer layer = backend.dense(33, 130, f);
      assertEquals(33, layer.inputs(), "dense [33, 130] " + f + ": inputs()");
      assertEquals(130, layer.outputs(), "dense [33, 130] " + f + ": outputs()");
      List<Parameter> parameters = layer.parameters();
      assertEquals(
          List.of("weight WEIGHT [33, 130]", "bias BIAS [1, 130]"),
          parameters.stream().map(DenseGroup::describe).toList(),
          "dense [33, 130] " + f + ": parameters()");
      for (Parameter parameter : parameters) {
        Matrix zeros = Matrix.zeros(parameter.value().rows(), parameter.value().cols());
        Expected.exactly(zeros)
            .check("dense " + f + ": a new " + parameter.name(), read(parameter.value()));
      }
      assertEquals(parameters, layer.parameters(), "dense " + f + ": parameters(), asked again");
    }
  }

  private static String describe(Parameter parameter) {
    return parameter.name()
        + " "
        + parameter.role()
        + " ["
        + parameter.value().rows()
        + ", "
        + parameter.value().cols()
        + "]";
  }

  @Test
  @DisplayName("forward overwrites y with f(x · w + b), for each f in 11 shapes")
  void forward() {
    for (Activation f : ACTIVATIONS) {
      for (ProductShape shape : SHAPES) {
        checkForward(
            dense(shape.k(), shape.n(), f), shape.m(), Storage.ALLOCATED, Storage.ALLOCATED);
      }
    }
  }

  @Test
  @DisplayName("dense layers are right above the sizes from which a backend packs or uses threads")
  void largeOfDense() {
    ProductShape large = Samples.LARGE;
    Subject subject = dense(large.k(), large.n(), Activation.SIGMOID);
    checkForward(subject, large.m(), Storage.ALLOCATED, Storage.ALLOCATED);
    checkBackward(subject, large.m(), true, Places.PLAIN);
  }

  @Test
  @DisplayName("forward takes another number of rows from call to call")
  void rowsChange() {
    Subject subject = dense(33, 17, Activation.TANH);
    for (int rows : new int[] {64, 1, 7, 100, 16, 2}) {
      checkForward(subject, rows, Storage.ALLOCATED, Storage.ALLOCATED);
      checkBackward(subject, rows, true, Places.PLAIN);
    }
  }

  @Test
  @DisplayName("forward follows the parameters at once when they are written or updated")
  void parametersAreLive() {
    Subject before = dense(9, 33, Activation.SIGMOID);
    checkForward(before, 5, Storage.ALLOCATED, Storage.ALLOCATED);
    Matrix w = Samples.uniform(9, 33, 5);
    Matrix step = Samples.uniform(9, 33, 6);
    before.layer.parameters().get(0).value().write(w.floats(), 0);
    checkForward(
        new Subject("dense, weight written again,", before.layer, before.f, w, before.b),
        5,
        Storage.ALLOCATED,
        Storage.ALLOCATED);
    backend.axpby(1, tensor(step), 0, before.layer.parameters().get(0).value());
    Subject after = new Subject("dense, weight updated,", before.layer, before.f, step, before.b);
    checkForward(after, 5, Storage.ALLOCATED, Storage.ALLOCATED);
    checkBackward(after, 5, true, Places.PLAIN);
  }

  @Test
  @DisplayName("backward overwrites dx and both gradients, for each f in 11 shapes")
  void backward() {
    for (Activation f : ACTIVATIONS) {
      for (ProductShape shape : SHAPES) {
        checkBackward(dense(shape.k(), shape.n(), f), shape.m(), true, Places.PLAIN);
      }
    }
  }

  @Test
  @DisplayName("backward without dx gives the same gradients and writes no dx of before")
  void backwardWithoutDx() {
    for (Activation f : ACTIVATIONS) {
      for (ProductShape shape : SHAPES) {
        checkBackward(dense(shape.k(), shape.n(), f), shape.m(), false, Places.PLAIN);
      }
    }
    Subject subject = dense(9, 17, Activation.TANH);
    Matrix x = subject.input(7);
    Matrix y = Samples.rounded(subject.forward(x).value());
    List<Tensor> gradients = List.of(output(9, 17), output(1, 17));
    Tensor dx = output(7, 9);
    Tensor tx = tensor(x);
    Tensor ty = tensor(y);
    subject.layer.backward(tx, ty, tensor(Samples.uniform(7, 17, 7)), dx, gradients);
    float[] before = read(dx);
    subject.layer.backward(tx, ty, tensor(Samples.uniform(7, 17, 8)), null, gradients);
    checkBits("dense backward with dx null: the dx of the call before", before, read(dx));
  }

  @Test
  @DisplayName("backward reads the x and y it is given, not those of the last forward")
  void noStateOfDense() {
    Subject subject = dense(9, 17, Activation.SIGMOID);
    Matrix x = subject.input(7);
    Tensor tx = tensor(x);
    Tensor ty = output(7, 17);
    subject.layer.forward(tx, ty);
    Matrix y = Matrix.of(7, 17, read(ty));
    subject.layer.forward(tensor(Samples.uniform(7, 9, 15)), output(7, 17));
    Matrix dy = Samples.uniform(7, 17, 16);
    Tensor dx = output(7, 9);
    Tensor dw = output(9, 17);
    Tensor db = output(1, 17);
    subject.layer.backward(tx, ty, tensor(dy), dx, List.of(dw, db));
    checkGradients(
        subject.name + " backward with another forward in between",
        Oracle.denseBackward(subject.f, x, subject.w, y, dy),
        dx,
        dw,
        db);
  }

  @Test
  @DisplayName("backward adds nothing to the gradients of the call before")
  void noAccumulationOfDense() {
    Subject subject = dense(9, 17, Activation.RELU);
    Matrix x = subject.input(7);
    Matrix y = Samples.rounded(subject.forward(x).value());
    Matrix dy = Samples.uniform(7, 17, 9);
    Tensor dx = output(7, 9);
    Tensor dw = output(9, 17);
    Tensor db = output(1, 17);
    for (int i = 0; i < 2; i++) {
      subject.layer.backward(tensor(x), tensor(y), tensor(dy), dx, List.of(dw, db));
      checkGradients(
          "dense backward, call " + (i + 1) + " into the same gradients",
          Oracle.denseBackward(subject.f, x, subject.w, y, dy),
          dx,
          dw,
          db);
    }
  }

  @Test
  @DisplayName("dense layers are right with views, parameters and tensors like them in every place")
  void everyStorageOfDense() {
    Storage plain = Storage.ALLOCATED;
    for (Activation f : List.of(Activation.IDENTITY, Activation.SIGMOID, Activation.RELU)) {
      Subject subject = dense(33, 131, f);
      for (int rows : new int[] {1, 9}) {
        for (Storage first : Storage.values()) {
          for (Storage second : Storage.values()) {
            checkForward(subject, rows, first, second);
            checkBackward(subject, rows, true, new Places(first, second, plain, plain, plain));
            checkBackward(subject, rows, true, new Places(plain, plain, first, second, plain));
            checkBackward(subject, rows, true, new Places(plain, first, plain, plain, second));
          }
        }
      }
    }
  }

  @Test
  @DisplayName("dense layers of views write no row behind them")
  void rowsBehindTheViewOfDense() {
    Subject subject = dense(17, 33, Activation.SIGMOID);
    Matrix x = subject.input(7);
    Tensor y = tensor(Samples.uniform(12, 33, 10));
    Tensor dx = tensor(Samples.uniform(12, 17, 11));
    float[] behindY = ProductsGroup.rowsFrom(y, 7);
    float[] behindDx = ProductsGroup.rowsFrom(dx, 7);
    List<Tensor> gradients = List.of(output(17, 33), output(1, 33));
    subject.layer.forward(tensor(x), y.firstRows(7));
    checkBits(
        "dense forward into the first 7 of 12 rows: the rows behind",
        behindY,
        ProductsGroup.rowsFrom(y, 7));
    subject.layer.backward(
        tensor(x),
        tensor(Samples.uniform(7, 33, 12)),
        tensor(Samples.uniform(7, 33, 13)),
        dx.firstRows(7),
        gradients);
    checkBits(
        "dense backward, dx the first 7 of 12 rows: the rows behind",
        behindDx,
        ProductsGroup.rowsFrom(dx, 7));
  }

  @Test
  @DisplayName(
      "dense layers hide no NaN: one in x reaches its row of y and its gradients, and nothing else")
  void nanOfDense() {
    for (Activation f : ACTIVATIONS) {
      Subject subject = dense(17, 33, f);
      Matrix x = subject.input(5);
      x.values()[2 * 17 + 16] = Float.NaN;
      Tensor y = output(5, 33);
      subject.layer.forward(input("x", x), y);
      check(subject.name + " forward, NaN in x", subject.forward(x), y);

      Matrix positive = Samples.ramp(5, 33, 0.1, 0.9);
      Matrix dy = Samples.uniform(5, 33, 2, 14);
      dy.values()[3 * 33 + 32] = Float.NaN;
      List<Tensor> gradients = new ArrayList<>(List.of(output(17, 33), output(1, 33)));
      Tensor dx = output(5, 17);
      subject.layer.backward(tensor(x), tensor(positive), tensor(dy), dx, gradients);
      checkGradients(
          subject.name + " backward, NaN in x and dy",
          Oracle.denseBackward(f, x, subject.w, positive, dy),
          dx,
          gradients.get(0),
          gradients.get(1));
    }
  }

  @Test
  @DisplayName("dense layers agree with the composed layer, which is held to the same bounds")
  void composedOfDense() {
    Assumptions.assumeTrue(
        backend instanceof AbstractBackend<?>,
        "the session does not extend AbstractBackend: nothing is composed of its kernels");
    for (Activation f : ACTIVATIONS) {
      for (ProductShape shape : SHAPES) {
        Layer layer = composed((AbstractBackend<?>) backend, shape.k(), shape.n(), f);
        Subject subject = Subject.of(layer, "composed dense", f);
        checkForward(subject, shape.m(), Storage.ALLOCATED, Storage.ALLOCATED);
        checkBackward(subject, shape.m(), true, Places.PLAIN);
      }
    }
  }

  private static <T extends AbstractTensor> Layer composed(
      AbstractBackend<T> backend, int inputs, int outputs, Activation f) {
    return new ComposedDense<>(backend, inputs, outputs, f);
  }
}
