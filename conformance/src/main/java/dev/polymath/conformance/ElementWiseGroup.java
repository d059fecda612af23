package dev.polymath.conformance;

import dev.polymath.Tensor;
import dev.polymath.conformance.Samples.Shape;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** addRow, sumRows, axpby, multiply and sumOfSquares. */
abstract class ElementWiseGroup extends Group {

  ElementWiseGroup(BackendConformance kit) {
    super(kit);
  }

  private void checkAddRow(Matrix row, Matrix y, Storage ofRow, Storage ofY) {
    Tensor trow = input("row", row, ofRow);
    Tensor ty = tensor(y, ofY);
    backend.addRow(trow, ty);
    check(
        "addRow of " + row + " (" + ofRow + ") to " + y + " (" + ofY + ")",
        Oracle.addRow(row, y),
        ty);
  }

  private void checkSumRows(Matrix x, Storage ofX, Storage ofOut) {
    Tensor tx = input("x", x, ofX);
    Tensor out = output(1, x.cols(), ofOut);
    backend.sumRows(tx, out);
    check("sumRows of " + x + " (" + ofX + ") into " + ofOut, Oracle.sumRows(x), out);
  }

  private void checkAxpby(float alpha, Matrix x, float beta, Matrix y, Storage ofX, Storage ofY) {
    Tensor tx = input("x", x, ofX);
    Tensor ty = tensor(y, ofY);
    backend.axpby(alpha, tx, beta, ty);
    check(
        "axpby of α = " + alpha + ", x " + x + " (" + ofX + "), β = " + beta + ", y (" + ofY + ")",
        Oracle.axpby(alpha, x, beta, y),
        ty);
  }

  private void checkMultiply(Matrix a, Matrix b, Storage ofA, Storage ofB, Storage ofOut) {
    Expected expected = Oracle.multiply(a, b);
    String operation = "multiply of a " + a + " (" + ofA + ") by b (" + ofB + ")";
    Tensor out = output(a.rows(), a.cols(), ofOut);
    backend.multiply(input("a", a, ofA), input("b", b, ofB), out);
    check(operation + " into " + ofOut, expected, out);
    Tensor both = tensor(a, ofA);
    backend.multiply(both, input("b", b, ofB), both);
    check(operation + " with out = a", expected, both);
    both = tensor(b, ofB);
    backend.multiply(input("a", a, ofA), both, both);
    check(operation + " with out = b", expected, both);
  }

  private void checkMultiply(Matrix a, Matrix b) {
    checkMultiply(a, b, Storage.ALLOCATED, Storage.ALLOCATED, Storage.ALLOCATED);
  }

  private void checkSumOfSquares(Matrix x, Storage ofX) {
    Expected expected = Oracle.sumOfSquares(x);
    String operation = "sumOfSquares of " + x + " (" + ofX + ")";
    expected.check(operation, backend.sumOfSquares(input("x", x, ofX)));
    checkInputs(operation);
  }

  private void checkSumOfSquares(Matrix x) {
    checkSumOfSquares(x, Storage.ALLOCATED);
  }

  @Test
  @DisplayName("sumOfSquares is the sum of the squares of all elements, in 43 shapes")
  void sumOfSquares() {
    for (Shape shape : Samples.shapes()) {
      checkSumOfSquares(Samples.uniform(shape.rows(), shape.cols(), 24));
    }
    checkSumOfSquares(Matrix.zeros(7, 33));
    checkSumOfSquares(Matrix.of(1, 1, -3));
  }

  @Test
  @DisplayName("sumOfSquares is taken in double: 60,000 elements keep their digits, none overflows")
  void sumOfSquaresInDouble() {
    checkSumOfSquares(Samples.generate(6000, 10, i -> i == 0 ? 4096 : 0.25));
    checkSumOfSquares(Samples.generate(1, 60000, i -> i == 0 ? 4096 : 0.25));
    for (Shape shape : new Shape[] {new Shape(1, 1), new Shape(3, 7), new Shape(70, 130)}) {
      for (double size : new double[] {0x1p127, 0x1p65, 0x1p-64, 0x1p-100, 0x1p-126}) {
        checkSumOfSquares(
            Samples.generate(shape.rows(), shape.cols(), i -> (i % 3 == 0 ? 1 : -1) * size));
      }
    }
  }

  @Test
  @DisplayName("multiply overwrites out with a ⊙ b, a or b itself included, in 43 shapes")
  void multiplyOfElementWise() {
    for (Shape shape : Samples.shapes()) {
      checkMultiply(
          Samples.uniform(shape.rows(), shape.cols(), 21),
          Samples.uniform(shape.rows(), shape.cols(), 22));
    }
    Matrix x = Samples.uniform(9, 33, 23);
    Matrix squares = Samples.rounded(Oracle.multiply(x, x).value());
    Tensor same = input("a and b", x);
    Tensor out = output(9, 33);
    backend.multiply(same, same, out);
    check("multiply of a by itself", Oracle.multiply(x, x), out);
    Tensor all = tensor(x);
    backend.multiply(all, all, all);
    check("multiply of a by itself into itself", Oracle.multiply(x, x), all);
    Tensor whole = tensor(x);
    backend.multiply(whole.firstRows(4), whole.firstRows(4), out.firstRows(4));
    check(
        "multiply of a view by another of the same storage",
        Expected.exactly(squares.rows(0, 4)),
        out.firstRows(4));
  }

  @Test
  @DisplayName("addRow adds the row to every row of y, in 43 shapes")
  void addRow() {
    for (Shape shape : Samples.shapes()) {
      checkAddRow(
          Samples.uniform(1, shape.cols(), 1),
          Samples.uniform(shape.rows(), shape.cols(), 2),
          Storage.ALLOCATED,
          Storage.ALLOCATED);
    }
  }

  @Test
  @DisplayName("sumRows overwrites out with the sum over the rows, in 43 shapes")
  void sumRows() {
    for (Shape shape : Samples.shapes()) {
      checkSumRows(
          Samples.uniform(shape.rows(), shape.cols(), 3), Storage.ALLOCATED, Storage.ALLOCATED);
    }
    checkSumRows(Samples.uniform(3000, 5, 4), Storage.ALLOCATED, Storage.ALLOCATED);
  }

  @Test
  @DisplayName("axpby gives α · x + β · y in place, in 43 shapes")
  void axpby() {
    for (Shape shape : Samples.shapes()) {
      Matrix x = Samples.uniform(shape.rows(), shape.cols(), 5);
      Matrix y = Samples.uniform(shape.rows(), shape.cols(), 6);
      checkAxpby(-0.3f, x, 0.9f, y, Storage.ALLOCATED, Storage.ALLOCATED);
    }
    Matrix x = Samples.uniform(7, 33, 7);
    Matrix y = Samples.uniform(7, 33, 8);
    for (float alpha : new float[] {0, 1, -1, 2.5f}) {
      for (float beta : new float[] {0, 1, -1, 0.1f}) {
        checkAxpby(alpha, x, beta, y, Storage.ALLOCATED, Storage.ALLOCATED);
      }
    }
  }

  @Test
  @DisplayName("axpby with β = 0 does not read y: no NaN in it survives")
  void axpbyOverwrites() {
    Matrix x = Samples.uniform(9, 31, 9);
    Matrix y = Samples.generate(9, 31, i -> i % 2 == 0 ? Double.NaN : Double.POSITIVE_INFINITY);
    checkAxpby(0.5f, x, 0, y, Storage.ALLOCATED, Storage.ALLOCATED);
    checkAxpby(1, x, -0f, y, Storage.ALLOCATED, Storage.ALLOCATED);
  }

  @Test
  @DisplayName(
      "element-wise operations are right with views, parameters and tensors like them in every place")
  void everyStorageOfElementWise() {
    for (Shape shape : new Shape[] {new Shape(1, 131), new Shape(9, 131), new Shape(33, 5)}) {
      Matrix x = Samples.uniform(shape.rows(), shape.cols(), 10);
      Matrix y = Samples.uniform(shape.rows(), shape.cols(), 11);
      Matrix row = Samples.uniform(1, shape.cols(), 12);
      for (Storage first : Storage.values()) {
        for (Storage second : Storage.values()) {
          checkAddRow(row, y, first, second);
          checkSumRows(x, first, second);
          checkAxpby(-0.1f, x, 1, y, first, second);
          checkAxpby(0.7f, x, 0, y, first, second);
          checkSumOfSquares(x, first);
          checkMultiply(x, y, first, second, first);
          checkMultiply(x, y, first, first, second);
        }
      }
    }
  }

  @Test
  @DisplayName("element-wise operations of a view write no row behind it")
  void rowsBehindTheViewOfElementWise() {
    Matrix before = Samples.uniform(12, 33, 13);
    Matrix x = Samples.uniform(7, 33, 14);
    Matrix row = Samples.uniform(1, 33, 15);
    Tensor whole = tensor(before);
    Expected behind = Expected.exactly(before.rows(7, 12));
    backend.addRow(tensor(row), whole.firstRows(7));
    behind.check(
        "addRow to the first 7 of 12 rows: the rows behind", ProductsGroup.rowsFrom(whole, 7));
    backend.axpby(2, tensor(x), 0, whole.firstRows(7));
    behind.check(
        "axpby into the first 7 of 12 rows: the rows behind", ProductsGroup.rowsFrom(whole, 7));
    backend.multiply(tensor(x), tensor(x), whole.firstRows(7));
    behind.check(
        "multiply into the first 7 of 12 rows: the rows behind", ProductsGroup.rowsFrom(whole, 7));
    backend.sumRows(tensor(x), whole.firstRows(1));
    behind.check(
        "sumRows into the first of 12 rows: the rows behind", ProductsGroup.rowsFrom(whole, 7));
  }

  @Test
  @DisplayName(
      "element-wise operations are right for signed zeros, subnormals and values near the largest float")
  void extremesOfElementWise() {
    Storage plain = Storage.ALLOCATED;
    Matrix zeros = Samples.generate(9, 17, i -> i % 2 == 0 ? 0.0 : -0.0);
    Matrix subnormal = Samples.generate(9, 17, i -> (i % 5 - 2) * 0x1p-140);
    Matrix large = Samples.generate(9, 17, i -> (i % 2 == 0 ? 1 : -1) * 0x1p123);
    for (Matrix x : new Matrix[] {zeros, subnormal, large}) {
      Matrix y = Samples.uniform(9, 17, 16);
      checkAddRow(x.rows(2, 3), y, plain, plain);
      checkAddRow(y.rows(2, 3), x, plain, plain);
      checkSumRows(x, plain, plain);
      checkAxpby(-0.5f, x, 1, y, plain, plain);
      checkAxpby(-0.5f, y, 2, x, plain, plain);
      checkMultiply(x, y);
      checkMultiply(zeros, x);
    }
  }

  @Test
  @DisplayName(
      "element-wise operations hide no NaN and no infinity, and spread none to other elements")
  void nonFiniteOfElementWise() {
    Storage plain = Storage.ALLOCATED;
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int at : new int[] {0, 5, 19, 20}) {
        Matrix clean = Samples.uniform(3, 21, 17);
        Matrix row = Samples.uniform(1, 21, 18);
        Matrix spoiled = Samples.uniform(3, 21, 19);
        Matrix spoiledRow = Samples.uniform(1, 21, 20);
        spoiled.values()[21 + at] = value;
        spoiledRow.values()[at] = value;
        checkAddRow(spoiledRow, clean, plain, plain);
        checkAddRow(row, spoiled, plain, plain);
        checkSumRows(spoiled, plain, plain);
        checkAxpby(2, spoiled, 1, clean, plain, plain);
        checkAxpby(2, spoiled, 0, clean, plain, plain);
        checkAxpby(2, clean, 1, spoiled, plain, plain);
        checkSumOfSquares(spoiled);
        checkMultiply(spoiled, clean);
        checkMultiply(clean, spoiled);
        checkMultiply(spoiled, Matrix.zeros(3, 21));
        spoiled.values()[3] = Float.NaN;
        checkSumOfSquares(spoiled);
      }
    }
  }
}
