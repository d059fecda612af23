package dev.polymath.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/** Shapes and numbers for the checks, the same in every run. Every number is a float exactly. */
final class Samples {

  /** Around every lane count (4, 8, 16), odd, prime, and wider than one panel. */
  private static final int[] SIZES = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 207};

  private Samples() {}

  /** A product's sizes: {@code out [m, n]}, k terms per element. */
  record ProductShape(int m, int k, int n) {}

  /** A matrix's size. */
  record Shape(int rows, int cols) {}

  /**
   * Every pair of sizes for (m, n), for (m, k) and for (k, n), once: a Latin square of all triples.
   * Then single rows, columns and terms beyond any block, and one product above the thresholds from
   * which a backend packs or uses threads.
   */
  static List<ProductShape> productShapes() {
    List<ProductShape> shapes = new ArrayList<>();
    for (int i = 0; i < SIZES.length; i++) {
      for (int j = 0; j < SIZES.length; j++) {
        shapes.add(new ProductShape(SIZES[i], SIZES[(i + j) % SIZES.length], SIZES[j]));
      }
    }
    shapes.add(new ProductShape(1, 2, 1100));
    shapes.add(new ProductShape(1100, 2, 1));
    shapes.add(new ProductShape(3, 2100, 5));
    shapes.add(new ProductShape(1, 784, 128));
    shapes.add(LARGE);
    return shapes;
  }

  /** Above every threshold from which a backend packs or uses threads. */
  static final ProductShape LARGE = new ProductShape(300, 520, 260);

  /** Every size as rows and as columns, one row, one column, and one large. */
  static List<Shape> shapes() {
    List<Shape> shapes = new ArrayList<>();
    for (int i = 0; i < SIZES.length; i++) {
      shapes.add(new Shape(SIZES[i], SIZES[(5 * i + 3) % SIZES.length]));
      shapes.add(new Shape(1, SIZES[i]));
      shapes.add(new Shape(SIZES[i], 1));
    }
    shapes.add(new Shape(300, 520));
    return shapes;
  }

  /** Uniform in [−1, 1), some of it exactly 0. */
  static Matrix uniform(int rows, int cols, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return generate(rows, cols, i -> random.nextInt(16) == 0 ? 0 : random.nextDouble() * 2 - 1);
  }

  /** Uniform in [−scale, scale). */
  static Matrix uniform(int rows, int cols, double scale, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return generate(rows, cols, i -> scale * (random.nextDouble() * 2 - 1));
  }

  /** Equal steps from {@code from} to {@code to}. */
  static Matrix ramp(int rows, int cols, double from, double to) {
    return generate(rows, cols, i -> from + (to - from) * i / (rows * cols - 1));
  }

  /** Rows with a single 1, in classes that look drawn. */
  static Matrix oneHot(int rows, int classes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Matrix t = Matrix.zeros(rows, classes);
    for (int i = 0; i < rows; i++) {
      t.values()[i * classes + random.nextInt(classes)] = 1;
    }
    return t;
  }

  /** Element number i is {@code f(i)}, rounded to float. */
  static Matrix generate(int rows, int cols, DoubleUnaryOperator f) {
    Matrix matrix = Matrix.zeros(rows, cols);
    for (int i = 0; i < rows * cols; i++) {
      matrix.values()[i] = (float) f.applyAsDouble(i);
    }
    return matrix;
  }

  /** Rounded to float, as a result that is passed on. */
  static Matrix rounded(Matrix matrix) {
    return matrix.map(v -> (float) v);
  }
}
