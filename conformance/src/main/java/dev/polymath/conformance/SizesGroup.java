package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import dev.polymath.conformance.Oracle.LossAndGradient;
import dev.polymath.conformance.ProductsGroup.Product;
import dev.polymath.conformance.RandomProducts.Operand;
import dev.polymath.conformance.Samples.ProductShape;
import dev.polymath.conformance.Samples.Shape;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every operation at sizes up to some thousands, drawn: see {@link Draw}. */
abstract class SizesGroup extends Group {

  private static final double U = 0x1p-24;

  SizesGroup(BackendConformance kit) {
    super(kit);
  }

  /** Gives back what the check of one shape made: the next needs the room. */
  private void giveBack(Tensor... tensors) {
    for (Tensor tensor : tensors) {
      backend.release(tensor);
    }
  }

  private void checkProducts(Product product, long seed) {
    for (ProductShape shape : Draw.products(seed)) {
      Matrix a = Samples.uniform(shape.m(), shape.k(), 1);
      Matrix b = Samples.uniform(shape.k(), shape.n(), 2);
      Tensor ta = input("a", product.storedA(a));
      Tensor tb = input("b", product.storedB(b));
      Tensor out = output(shape.m(), shape.n());
      product.run(backend, ta, tb, out);
      String operation = product.operation() + " of a " + a + ", b " + b + " (not transposed)";
      RandomProducts.check(operation, a, b, read(out));
      checkInputs(operation);
      giveBack(ta, tb, out);
    }
  }

  @Test
  @DisplayName("matmul is right at large sizes, multiples of powers of two, and beside them")
  void matmulSizes() {
    checkProducts(Product.MATMUL, 11);
  }

  @Test
  @DisplayName("matmulTransA is right at large sizes, multiples of powers of two, and beside them")
  void matmulTransASizes() {
    checkProducts(Product.MATMUL_TRANS_A, 12);
  }

  @Test
  @DisplayName("matmulTransB is right at large sizes, multiples of powers of two, and beside them")
  void matmulTransBSizes() {
    checkProducts(Product.MATMUL_TRANS_B, 13);
  }

  @Test
  @DisplayName("write and read keep a million elements, through views too")
  void readAndWrite() {
    for (Shape shape : Draw.shapes(21)) {
      Matrix x = Samples.uniform(shape.rows(), shape.cols(), 3);
      Tensor tensor = input("x", x);
      Tensor view = tensor.firstRows((shape.rows() + 1) / 2);
      checkBits("a view of half of " + x, x.rows(0, view.rows()).floats(), read(view));
      checkInputs("write and read " + x);
      float[] zeros = new float[view.rows() * shape.cols()];
      view.write(zeros, 0);
      float[] found = read(tensor);
      float[] expected = x.floats();
      System.arraycopy(zeros, 0, expected, 0, zeros.length);
      checkBits("half of " + x + " written through a view", expected, found);
      giveBack(tensor);
    }
  }

  @Test
  @DisplayName(
      "addRow, sumRows, axpby, multiply and sumOfSquares are right up to a million elements")
  void elementWiseSizes() {
    for (Shape shape : Draw.shapes(22)) {
      Matrix x = Samples.uniform(shape.rows(), shape.cols(), 4);
      Matrix y = Samples.uniform(shape.rows(), shape.cols(), 5);
      Matrix row = Samples.uniform(1, shape.cols(), 6);
      Tensor tx = input("x", x);
      Tensor ty = tensor(y);
      Tensor trow = input("row", row);
      Tensor out = output(shape.rows(), shape.cols());
      Tensor sums = output(1, shape.cols());
      backend.multiply(tx, ty, out);
      Oracle.multiply(x, y).check("multiply of " + x, read(out));
      out.write(y.floats(), 0);
      backend.multiply(tx, out, out);
      Oracle.multiply(x, y).check("multiply of " + x + " with out = b", read(out));
      backend.axpby(0.5f, tx, 0, out);
      Oracle.axpby(0.5, x, 0, y).check("axpby with β = 0 of " + x, read(out));
      backend.axpby(-0.3f, tx, 0.9f, ty);
      Oracle.axpby(-0.3f, x, 0.9f, y).check("axpby of " + x, read(ty));
      ty.write(y.floats(), 0);
      backend.axpby(-0.3f, tx, 1, ty);
      Oracle.axpby(-0.3f, x, 1, y).check("axpby with β = 1 of " + x, read(ty));
      ty.write(y.floats(), 0);
      backend.addRow(trow, ty);
      Oracle.addRow(row, y).check("addRow to " + y, read(ty));
      backend.sumRows(tx, sums);
      RandomProducts.check(
          "sumRows of " + x, Matrix.zeros(1, shape.rows()).map(zero -> 1), x, read(sums));
      Oracle.sumOfSquares(x).check("sumOfSquares of " + x, backend.sumOfSquares(tx));
      checkInputs("element-wise operations on " + x);
      giveBack(tx, ty, trow, out, sums);
    }
  }

  @Test
  @DisplayName("adam is right up to a million elements")
  void adamSizes() {
    for (Shape shape : Draw.shapes(23)) {
      Matrix gradient = Samples.uniform(shape.rows(), shape.cols(), 7);
      Matrix m = Samples.uniform(shape.rows(), shape.cols(), 0.1, 8);
      Matrix v = Samples.uniform(shape.rows(), shape.cols(), 0.1, 9).map(Math::abs);
      Matrix value = Samples.uniform(shape.rows(), shape.cols(), 10);
      Tensor tg = input("gradient", gradient);
      Tensor tm = tensor(m);
      Tensor tv = tensor(v);
      Tensor tvalue = tensor(value);
      backend.adam(tg, tm, tv, tvalue, 0.9f, 0.999f, 1e-3f, 1e-8f, 1e-5f);
      Oracle.AdamStep expected =
          Oracle.adam(gradient, m, v, value, 0.9f, 0.999f, 1e-3f, 1e-8f, 1e-5f);
      expected.m().check("adam " + value + ": m", read(tm));
      expected.v().check("adam " + value + ": v", read(tv));
      check("adam " + value + ": value", expected.value(), tvalue);
      giveBack(tg, tm, tv, tvalue);
    }
  }

  /** One of the functions at a million elements, the others at fewer. */
  private static List<Shape> shapes(Activation f) {
    return switch (f) {
      case RELU -> Draw.shapes(30 + f.ordinal());
      default -> Draw.fewer(30 + f.ordinal());
    };
  }

  @Test
  @DisplayName("activate is right for rows of thousands and hundreds of thousands of elements")
  void activateSizes() {
    for (Activation f : Activation.values()) {
      for (Shape shape : shapes(f)) {
        Matrix x = Samples.uniform(shape.rows(), shape.cols(), 4, 11);
        Tensor tx = input("x", x);
        Tensor y = output(shape.rows(), shape.cols());
        backend.activate(f, tx, y);
        Expected expected = Oracle.activate(f, x);
        check("activate " + f + " of " + x, expected, y);
        backend.activate(f, tx, tx);
        expected.check("activate " + f + " of " + x + " in place", read(tx));
        giveBack(tx, y);
      }
    }
  }

  @Test
  @DisplayName(
      "activateBackward is right for rows of thousands and hundreds of thousands of elements")
  void activateBackwardSizes() {
    for (Activation f : Activation.values()) {
      for (Shape shape : shapes(f)) {
        Matrix y = Samples.uniform(shape.rows(), shape.cols(), 0.9, 12);
        if (f == Activation.SOFTMAX) {
          y = Samples.rounded(Oracle.activate(f, y).value()); // or its bound grows with the square
        }
        Matrix dy = Samples.uniform(shape.rows(), shape.cols(), 2, 13);
        Tensor ty = input("y", y);
        Tensor tdy = input("dy", dy);
        Tensor dx = output(shape.rows(), shape.cols());
        backend.activateBackward(f, ty, tdy, dx);
        Expected expected = Oracle.activateBackward(f, y, dy);
        check("activateBackward " + f + " of y " + y, expected, dx);
        backend.activateBackward(f, ty, tdy, tdy);
        expected.check("activateBackward " + f + " of y " + y + " with dx = dy", read(tdy));
        giveBack(ty, tdy, dx);
      }
    }
  }

  @Test
  @DisplayName("losses are right for thousands of classes and thousands of rows")
  void lossSizes() {
    for (Shape shape : Draw.fewer(40)) {
      Matrix output = Samples.uniform(shape.rows(), shape.cols(), 5, 14);
      Matrix target = Samples.oneHot(shape.rows(), shape.cols(), 15);
      List<LossAndGradient> expected =
          List.of(
              Oracle.softmaxCrossEntropy(output, target),
              Oracle.squaredError(output, target),
              LossOracle.huber(1, output, target),
              LossOracle.sigmoidCrossEntropy(output, target));
      List<String> names =
          List.of("softmaxCrossEntropy", "squaredError", "huber(1)", "sigmoidCrossEntropy");
      Tensor toutput = input("output", output);
      Tensor ttarget = input("target", target);
      Tensor gradient = output(shape.rows(), shape.cols());
      List<Loss> losses = losses(backend);
      for (int i = 0; i < losses.size(); i++) {
        String name = names.get(i) + " of output " + output;
        expected.get(i).checkValue(name + ": value", losses.get(i).value(toutput, ttarget));
        expected
            .get(i)
            .checkValue(
                name + ": valueAndGradient",
                losses.get(i).valueAndGradient(toutput, ttarget, gradient));
        expected.get(i).gradient().check(name + ": gradient", read(gradient));
      }
      checkInputs("losses of output " + output);
      giveBack(toutput, ttarget, gradient);
    }
  }

  @Test
  @DisplayName("dense layers are right at large sizes, forward and backward, for each f")
  void denseSizes() {
    List<ProductShape> shapes = Draw.layers(50);
    for (int i = 0; i < shapes.size(); i++) {
      // Softmax, the sixth, is no dense layer's.
      int number = i % (Activation.values().length - 1);
      checkDense(Activation.values()[number < 5 ? number : number + 1], shapes.get(i));
    }
  }

  private void checkDense(Activation f, ProductShape shape) {
    Matrix x = Samples.uniform(shape.m(), shape.k(), 16);
    Matrix w = Samples.uniform(shape.k(), shape.n(), 2 / Math.sqrt(shape.k()), 17);
    Matrix b = Samples.uniform(1, shape.n(), 18);
    Layer layer = backend.dense(shape.k(), shape.n(), f);
    Tensor weight = layer.parameters().get(0).value();
    weight.write(w.floats(), 0);
    layer.parameters().get(1).value().write(b.floats(), 0);
    Tensor tx = input("x", x);
    Tensor y = output(shape.m(), shape.n());
    layer.forward(tx, y);
    String name = "dense " + w + " " + f + ", x " + x;
    Expected expected = forward(f, x, w, b);
    check(name + ": forward", expected, y);

    Matrix output = Samples.rounded(expected.value());
    Matrix dy = Samples.uniform(shape.m(), shape.n(), 19);
    Expected dz = Oracle.activateBackward(f, output, dy);
    Operand slopes = new Operand(dz.value(), dy.map(g -> 2 * g));
    y.write(output.floats(), 0);
    Tensor tdy = tensor(dy);
    Tensor dx = output(shape.m(), shape.k());
    Tensor dw = backend.allocateLike(weight);
    Tensor db = output(1, shape.n());
    layer.backward(tx, y, tdy, dx, List.of(dw, db));
    RandomProducts.check(
        name + ": gradient of weight", Operand.of(x).transposed(), slopes, read(dw));
    Oracle.sumRows(dz).check(name + ": gradient of bias", read(db));
    RandomProducts.check(name + ": dx", slopes, Operand.of(w).transposed(), read(dx));
    giveBack(tx, y, tdy, dx, dw, db);
  }

  /**
   * f of the backend's own product, which is checked here too, with the bias: within what rounding
   * may do to both products.
   */
  private Expected forward(Activation f, Matrix x, Matrix w, Matrix b) {
    Tensor tx = tensor(x);
    Tensor tw = tensor(w);
    Tensor product = output(x.rows(), w.cols());
    backend.matmul(tx, tw, product);
    float[] found = read(product);
    RandomProducts.check("matmul of x " + x + ", w " + w, x, w, found);
    giveBack(tx, tw, product);
    int n = w.cols();
    double largest = 2 / Math.sqrt(w.rows());
    Matrix z = Matrix.zeros(x.rows(), n);
    Matrix tolerance = Matrix.zeros(x.rows(), n);
    for (int i = 0; i < x.rows(); i++) {
      double square = 0;
      for (int p = 0; p < x.cols(); p++) {
        square += x.at(i, p) * x.at(i, p);
      }
      double bound = 16 * Math.sqrt(x.cols()) * U * Math.sqrt(square) * largest + 16 * U;
      for (int j = 0; j < n; j++) {
        double sum = (double) found[i * n + j] + b.at(0, j);
        z.values()[i * n + j] = sum;
        tolerance.values()[i * n + j] = 2 * (bound + 4 * U * Math.abs(sum));
      }
    }
    Expected y = Oracle.activate(f, z);
    for (int i = 0; i < tolerance.values().length; i++) {
      tolerance.values()[i] += y.tolerance().values()[i];
    }
    return new Expected(y.value(), tolerance);
  }
}
