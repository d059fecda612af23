package dev.polymath.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.polymath.Activation;
import dev.polymath.Layer;
import dev.polymath.Tensor;
import dev.polymath.conformance.Samples.Shape;
import dev.polymath.spi.AbstractBackend;
import dev.polymath.spi.AbstractTensor;
import dev.polymath.spi.ComposedActivation;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** activate, activateBackward and the layers made of them. */
abstract class ActivationsGroup extends Group {

  ActivationsGroup(BackendConformance kit) {
    super(kit);
  }

  private void checkActivate(Activation f, Matrix x, Storage ofX, Storage ofY) {
    Tensor tx = input("x", x, ofX);
    Tensor y = output(x.rows(), x.cols(), ofY);
    backend.activate(f, tx, y);
    check("activate " + f + " of " + x + " (" + ofX + ") into " + ofY, Oracle.activate(f, x), y);
  }

  private void checkActivate(Activation f, Matrix x) {
    checkActivate(f, x, Storage.ALLOCATED, Storage.ALLOCATED);
    Tensor both = tensor(x);
    backend.activate(f, both, both);
    check("activate " + f + " of " + x + " in place", Oracle.activate(f, x), both);
  }

  private void checkBackward(
      Activation f, Matrix y, Matrix dy, Storage ofY, Storage ofDy, Storage ofDx) {
    Tensor ty = input("y", y, ofY);
    Tensor tdy = input("dy", dy, ofDy);
    Tensor dx = output(y.rows(), y.cols(), ofDx);
    backend.activateBackward(f, ty, tdy, dx);
    check(
        "activateBackward " + (f + " of y " + y + " (" + ofY + "), dy (" + ofDy + ") into " + ofDx),
        Oracle.activateBackward(f, y, dy),
        dx);
  }

  private void checkBackward(Activation f, Matrix y, Matrix dy) {
    checkBackward(f, y, dy, Storage.ALLOCATED, Storage.ALLOCATED, Storage.ALLOCATED);
    Tensor ty = input("y", y);
    Tensor both = tensor(dy);
    backend.activateBackward(f, ty, both, both);
    check(
        "activateBackward " + f + " of y " + y + " with dx = dy",
        Oracle.activateBackward(f, y, dy),
        both);
  }

  /** The output for inputs in [−4, 4), as a float. */
  private static Matrix outputOf(Activation f, int rows, int cols) {
    return Samples.rounded(Oracle.activate(f, Samples.uniform(rows, cols, 4, 3)).value());
  }

  @Test
  @DisplayName("activate overwrites y with f(x), x itself included, in 43 shapes for each f")
  void activate() {
    for (Activation f : Activation.values()) {
      for (Shape shape : Samples.shapes()) {
        checkActivate(f, Samples.uniform(shape.rows(), shape.cols(), 4, 1));
      }
    }
  }

  @Test
  @DisplayName(
      "activateBackward overwrites dx with dy · f′, dy itself included, in 43 shapes for each f")
  void activateBackward() {
    for (Activation f : Activation.values()) {
      for (Shape shape : Samples.shapes()) {
        checkBackward(
            f,
            outputOf(f, shape.rows(), shape.cols()),
            Samples.uniform(shape.rows(), shape.cols(), 2, 4));
      }
    }
  }

  @Test
  @DisplayName("activations are accurate from the smallest x to the flat ends, in relative terms")
  void range() {
    for (Activation f : Activation.values()) {
      if (f == Activation.SOFTMAX) {
        continue;
      }
      checkActivate(f, Samples.ramp(40, 100, -12, 12));
      checkActivate(f, Samples.ramp(8, 100, -120, 120));
      checkActivate(f, Samples.generate(2, 120, i -> (i % 2 * 2 - 1) * Math.pow(2, 7 - i / 2.0)));
      checkActivate(f, Samples.generate(1, 21, i -> (i - 10) * 1e4));
      checkActivate(f, Samples.generate(1, 5, i -> (i - 2) * 0x1p126));
    }
  }

  @Test
  @DisplayName("softmax is finite and right for logits of ±10⁴ and more")
  void softmaxIsShifted() {
    for (double scale : new double[] {10, 100, 1e4, 1e30}) {
      checkActivate(Activation.SOFTMAX, Samples.uniform(5, 10, scale, 5));
      checkActivate(Activation.SOFTMAX, Samples.generate(2, 9, i -> (i % 2 * 2 - 1) * scale));
      checkActivate(Activation.SOFTMAX, Samples.generate(2, 9, i -> scale));
      checkActivate(Activation.SOFTMAX, Samples.generate(2, 9, i -> -scale));
      checkActivate(Activation.SOFTMAX, Samples.generate(1, 17, i -> scale + i - 8));
    }
  }

  @Test
  @DisplayName("ReLU and its kin take the right side at and around zero, both ways")
  void kinks() {
    Matrix around =
        Samples.generate(
            1,
            9,
            i -> new double[] {0.0, -0.0, 1e-30, -1e-30, 1, -1, 0x1p-126, -0x1p-126, 2}[(int) i]);
    Matrix dy = Samples.uniform(1, 9, 3, 6);
    for (Activation f :
        List.of(Activation.RELU, Activation.LEAKY_RELU, Activation.ELU, Activation.SELU)) {
      checkActivate(f, around);
      checkBackward(f, around, dy);
    }
  }

  @Test
  @DisplayName("activations are right with views, parameters and tensors like them in every place")
  void everyStorageOfActivations() {
    for (Activation f : Activation.values()) {
      for (Shape shape : new Shape[] {new Shape(1, 131), new Shape(9, 131), new Shape(33, 5)}) {
        Matrix x = Samples.uniform(shape.rows(), shape.cols(), 4, 7);
        Matrix y = outputOf(f, shape.rows(), shape.cols());
        for (Storage first : Storage.values()) {
          for (Storage second : Storage.values()) {
            checkActivate(f, x, first, second);
            checkBackward(f, y, x, first, second, first);
            checkBackward(f, y, x, first, first, second);
          }
        }
      }
    }
  }

  @Test
  @DisplayName("activations of a view write no row behind it")
  void rowsBehindTheViewOfActivations() {
    Matrix before = Samples.uniform(12, 33, 8);
    for (Activation f : Activation.values()) {
      Matrix y = outputOf(f, 7, 33);
      Tensor whole = tensor(before);
      Expected behind = Expected.exactly(before.rows(7, 12));
      backend.activate(f, tensor(y), whole.firstRows(7));
      behind.check(
          "activate " + f + " into the first 7 of 12 rows: the rows behind",
          ProductsGroup.rowsFrom(whole, 7));
      backend.activateBackward(f, tensor(y), tensor(y), whole.firstRows(7));
      behind.check(
          "activateBackward " + f + " into the first 7 of 12 rows: the rows behind",
          ProductsGroup.rowsFrom(whole, 7));
    }
  }

  @Test
  @DisplayName("a NaN in x gives a NaN in y, in softmax in its whole row, and nowhere else")
  void nanOfActivations() {
    for (Activation f : Activation.values()) {
      for (int at : new int[] {0, 5, 19, 20}) {
        Matrix x = Samples.uniform(3, 21, 4, 9);
        x.values()[21 + at] = Float.NaN;
        checkActivate(f, x);
        Matrix dy = Samples.uniform(3, 21, 4, 10);
        dy.values()[21 + at] = Float.NaN;
        // Where ReLU is off, 0 and 0 · NaN are both dy · f′: keep it on.
        checkBackward(f, outputOf(f, 3, 21).map(v -> Math.abs(v) + 0x1p-10), dy);
      }
    }
  }

  @Test
  @DisplayName("infinities give the limits of f; −∞ is the masked logit of softmax")
  void infinities() {
    for (Activation f : Activation.values()) {
      Matrix x = Samples.uniform(3, 21, 4, 11);
      x.values()[21 + 4] = Float.NEGATIVE_INFINITY;
      x.values()[21 + 20] = Float.NEGATIVE_INFINITY;
      checkActivate(f, x);
      if (f != Activation.SOFTMAX) {
        x.values()[2] = Float.POSITIVE_INFINITY;
        x.values()[21 + 17] = Float.POSITIVE_INFINITY;
        checkActivate(f, x);
      }
    }
  }

  @Test
  @DisplayName(
      "activation(width, f) is a layer without parameters that does the same, dx null or not")
  void layer() {
    for (Activation f : Activation.values()) {
      for (Shape shape : new Shape[] {new Shape(1, 1), new Shape(7, 10), new Shape(33, 130)}) {
        checkLayer(backend.activation(shape.cols(), f), "activation " + f, f, shape);
      }
    }
  }

  private void checkLayer(Layer layer, String name, Activation f, Shape shape) {
    assertEquals(shape.cols(), layer.inputs(), name + ": inputs()");
    assertEquals(shape.cols(), layer.outputs(), name + ": outputs()");
    assertEquals(List.of(), layer.parameters(), name + ": parameters()");
    Matrix x = Samples.uniform(shape.rows(), shape.cols(), 4, 12);
    Tensor ty = output(shape.rows(), shape.cols());
    layer.forward(input("x", x), ty);
    check(name + " forward, x " + x, Oracle.activate(f, x), ty);

    Matrix y = outputOf(f, shape.rows(), shape.cols());
    Matrix dy = Samples.uniform(shape.rows(), shape.cols(), 2, 13);
    Expected expected = Oracle.activateBackward(f, y, dy);
    Tensor dx = output(shape.rows(), shape.cols());
    layer.backward(input("x", x), input("y", y), tensor(dy), dx, List.of());
    check(name + " backward, x " + x, expected, dx);
    layer.backward(input("x", x), input("y", y), tensor(dy), null, List.of());
    check(name + " backward with dx null: the dx of the call before", expected, dx);
  }

  @Test
  @DisplayName("the layer agrees with the composed one")
  void composedOfActivations() {
    Assumptions.assumeTrue(
        backend instanceof AbstractBackend<?>,
        "the session does not extend AbstractBackend: nothing is composed of its kernels");
    for (Activation f : Activation.values()) {
      checkLayer(composed((AbstractBackend<?>) backend, f), "composed " + f, f, new Shape(9, 33));
    }
  }

  private static <T extends AbstractTensor> Layer composed(
      AbstractBackend<T> backend, Activation f) {
    return new ComposedActivation<>(backend, 33, f);
  }
}
