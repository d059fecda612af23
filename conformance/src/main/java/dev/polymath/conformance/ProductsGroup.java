package dev.polymath.conformance;

import dev.polymath.Backend;
import dev.polymath.Tensor;
import dev.polymath.conformance.Samples.ProductShape;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The three matrix products. */
abstract class ProductsGroup extends Group {

  /** Which operand is transposed. */
  enum Product {
    MATMUL {
      @Override
      void run(Backend backend, Tensor a, Tensor b, Tensor out) {
        backend.matmul(a, b, out);
      }
    },
    MATMUL_TRANS_A {
      @Override
      void run(Backend backend, Tensor a, Tensor b, Tensor out) {
        backend.matmulTransA(a, b, out);
      }
    },
    MATMUL_TRANS_B {
      @Override
      void run(Backend backend, Tensor a, Tensor b, Tensor out) {
        backend.matmulTransB(a, b, out);
      }
    };

    abstract void run(Backend backend, Tensor a, Tensor b, Tensor out);

    /** The operand that stands for {@code a [m, k]}. */
    Matrix storedA(Matrix a) {
      return this == MATMUL_TRANS_A ? a.transposed() : a;
    }

    /** The operand that stands for {@code b [k, n]}. */
    Matrix storedB(Matrix b) {
      return this == MATMUL_TRANS_B ? b.transposed() : b;
    }

    String operation() {
      return switch (this) {
        case MATMUL -> "matmul";
        case MATMUL_TRANS_A -> "matmulTransA";
        case MATMUL_TRANS_B -> "matmulTransB";
      };
    }
  }

  ProductsGroup(BackendConformance kit) {
    super(kit);
  }

  /** Runs a product of {@code a [m, k]} and {@code b [k, n]} and compares. */
  final void checkProduct(
      Product product, Matrix a, Matrix b, Storage ofA, Storage ofB, Storage ofOut) {
    checkProduct(product, Oracle.matmul(a, b), a, b, ofA, ofB, ofOut);
  }

  private void checkProduct(
      Product product,
      Expected expected,
      Matrix a,
      Matrix b,
      Storage ofA,
      Storage ofB,
      Storage ofOut) {
    Tensor ta = input("a", product.storedA(a), ofA);
    Tensor tb = input("b", product.storedB(b), ofB);
    Tensor out = output(a.rows(), b.cols(), ofOut);
    product.run(backend, ta, tb, out);
    check(describe(product, ta, tb, out, ofA, ofB, ofOut), expected, out);
  }

  private static String describe(
      Product product, Tensor a, Tensor b, Tensor out, Storage... storages) {
    StringBuilder text = new StringBuilder(product.operation());
    Tensor[] tensors = {a, b, out};
    String[] names = {" of a ", ", b ", " into out "};
    for (int i = 0; i < tensors.length; i++) {
      text.append(names[i]).append('[').append(tensors[i].rows()).append(", ");
      text.append(tensors[i].cols()).append(']');
      if (storages[i] != Storage.ALLOCATED) {
        text.append(" (").append(storages[i]).append(')');
      }
    }
    return text.toString();
  }

  private void checkProduct(Product product, Matrix a, Matrix b) {
    checkProduct(product, a, b, Storage.ALLOCATED, Storage.ALLOCATED, Storage.ALLOCATED);
  }

  private void checkShapes(Product product) {
    for (ProductShape shape : Samples.productShapes()) {
      Matrix a = Samples.uniform(shape.m(), shape.k(), 1);
      Matrix b = Samples.uniform(shape.k(), shape.n(), 2);
      Storage plain = Storage.ALLOCATED;
      checkProduct(product, Oracle.matmulOfRandom(a, b), a, b, plain, plain, plain);
    }
  }

  @Test
  @DisplayName("matmul overwrites out with a · b, in 201 shapes")
  void matmul() {
    checkShapes(Product.MATMUL);
  }

  @Test
  @DisplayName("matmulTransA overwrites out with aᵀ · b, in 201 shapes")
  void matmulTransA() {
    checkShapes(Product.MATMUL_TRANS_A);
  }

  @Test
  @DisplayName("matmulTransB overwrites out with a · bᵀ, in 201 shapes")
  void matmulTransB() {
    checkShapes(Product.MATMUL_TRANS_B);
  }

  @Test
  @DisplayName("products are right with views, parameters and tensors like them in every place")
  void everyStorageOfProducts() {
    for (Product product : Product.values()) {
      for (ProductShape shape :
          new ProductShape[] {new ProductShape(5, 7, 131), new ProductShape(33, 130, 17)}) {
        Matrix a = Samples.uniform(shape.m(), shape.k(), 3);
        Matrix b = Samples.uniform(shape.k(), shape.n(), 4);
        for (Storage ofA : Storage.values()) {
          for (Storage ofB : Storage.values()) {
            for (Storage ofOut : Storage.values()) {
              checkProduct(product, a, b, ofA, ofB, ofOut);
            }
          }
        }
      }
    }
  }

  @Test
  @DisplayName("products of a view write no row behind it")
  void rowsBehindTheViewOfProducts() {
    for (Product product : Product.values()) {
      Matrix a = Samples.uniform(7, 40, 5);
      Matrix b = Samples.uniform(40, 33, 6);
      Matrix before = Samples.uniform(12, 33, 7);
      Tensor whole = tensor(before);
      Tensor out = whole.firstRows(7);
      product.run(backend, input("a", product.storedA(a)), input("b", product.storedB(b)), out);
      String operation = product.operation() + " into the first 7 of 12 rows";
      check(operation, Oracle.matmul(a, b), out);
      Expected.exactly(before.rows(7, 12))
          .check(operation + ": the rows behind", rowsFrom(whole, 7));
    }
  }

  static float[] rowsFrom(Tensor tensor, int first) {
    float[] all = read(tensor);
    return java.util.Arrays.copyOfRange(all, first * tensor.cols(), all.length);
  }

  @Test
  @DisplayName("products add nothing to what out held")
  void noAccumulationOfProducts() {
    for (Product product : Product.values()) {
      Matrix a = Samples.uniform(9, 17, 8);
      Matrix b = Samples.uniform(17, 33, 9);
      Tensor ta = input("a", product.storedA(a));
      Tensor tb = input("b", product.storedB(b));
      Tensor out = tensor(Samples.uniform(9, 33, 100, 10));
      product.run(backend, ta, tb, out);
      product.run(backend, ta, tb, out);
      check(product.operation() + ", the second time into one out", Oracle.matmul(a, b), out);
    }
  }

  @Test
  @DisplayName("products are right for signed zeros, subnormals and values near the largest float")
  void extremesOfProducts() {
    Matrix zeros = Samples.generate(9, 17, i -> i % 2 == 0 ? 0.0 : -0.0);
    Matrix subnormal = Samples.generate(9, 17, i -> (i % 5 - 2) * 0x1p-140);
    Matrix large = Samples.generate(9, 17, i -> (i % 2 == 0 ? 1 : -1) * 0x1p121);
    Matrix small = Samples.generate(9, 17, i -> (i % 7 - 3) * 0x1p-121);
    Matrix b = Samples.uniform(17, 33, 11);
    Matrix largeB = Samples.generate(17, 33, i -> (i % 3 - 1) * 0x1p121);
    for (Product product : Product.values()) {
      checkProduct(product, zeros, b);
      checkProduct(product, subnormal, b);
      checkProduct(product, subnormal, largeB);
      checkProduct(product, large, b);
      checkProduct(product, small, b);
      checkProduct(product, small, largeB);
    }
  }

  @Test
  @DisplayName("products hide no NaN and no infinity, and spread none to other elements")
  void nonFiniteOfProducts() {
    for (Product product : Product.values()) {
      for (int size : new int[] {5, 17, 70}) {
        int last = size - 1;
        Matrix a = Samples.uniform(size, size, 1, 12);
        Matrix b = Samples.uniform(size, size, 1, 13);
        // A NaN makes its row NaN; 0 · ∞ is NaN too: a zero may not be skipped.
        a.values()[1] = Float.NaN;
        a.values()[2 * size] = 0;
        b.values()[last] = Float.POSITIVE_INFINITY;
        a.values()[last * size + last] = Float.NEGATIVE_INFINITY;
        checkProduct(product, a, b);
        Matrix nanInB = Samples.uniform(size, size, 14);
        nanInB.values()[last * size + 1] = Float.NaN;
        checkProduct(product, Samples.uniform(size, size, 15), nanInB);
      }
    }
  }
}
