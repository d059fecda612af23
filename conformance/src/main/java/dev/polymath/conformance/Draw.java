package dev.polymath.conformance;

import dev.polymath.conformance.Samples.ProductShape;
import dev.polymath.conformance.Samples.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Sizes up to some thousands: drawn log-uniformly, a third of them multiples of a power of two and
 * a third beside one, since blocks, panels and thresholds lie there. The same in every run; {@code
 * -Dpolymath.kit=thorough} draws many more.
 */
final class Draw {

  private static final int LARGEST = 8200;

  /** More rows or columns than 16 bits count. */
  private static final int BEYOND_A_SHORT = 66_001;

  /** How much more is drawn than usual. */
  private static final int TIMES = times(System.getProperty("polymath.kit", "usual"));

  private final SplittableRandom random;

  Draw(long seed) {
    random = new SplittableRandom(seed);
  }

  static boolean thorough() {
    return TIMES > 1;
  }

  static int times(String kit) {
    return switch (kit) {
      case "usual" -> 1;
      case "thorough" -> 12;
      default ->
          throw new IllegalArgumentException(
              "polymath.kit is " + kit + ": expected usual or thorough");
    };
  }

  /** From 1 to some more than {@code most}. */
  int size(int most) {
    int drawn = (int) Math.exp(random.nextDouble() * Math.log(most + 0.99));
    int kind = random.nextInt(3);
    if (kind == 0) {
      return drawn;
    }
    int unit = 8 << random.nextInt(8);
    int multiple = Math.max(unit, (drawn + unit / 2) / unit * unit);
    return kind == 1 ? multiple : multiple + (random.nextBoolean() ? 1 : -1);
  }

  private static List<Shape> withinElements(List<Shape> shapes, long seed, int each, long all) {
    Draw draw = new Draw(seed);
    long left = all * TIMES;
    while (left > 0) {
      Shape shape = new Shape(draw.size(LARGEST), draw.size(LARGEST));
      if ((long) shape.rows() * shape.cols() <= each) {
        shapes.add(shape);
        left -= (long) shape.rows() * shape.cols() + 1000;
      }
    }
    return shapes;
  }

  /** Matrices, one of them of a million elements. */
  static List<Shape> shapes(long seed) {
    List<Shape> shapes = new ArrayList<>();
    shapes.add(new Shape(1024, 1024));
    shapes.add(new Shape(499, 525));
    shapes.add(new Shape(128, 128));
    shapes.add(new Shape(1, 200_003));
    shapes.add(new Shape(8192, 16));
    shapes.add(new Shape(3, 8191));
    shapes.add(new Shape(BEYOND_A_SHORT, 3));
    return withinElements(shapes, seed, 150_000, 500_000);
  }

  /** Matrices for what takes an exponential of each element. */
  static List<Shape> fewer(long seed) {
    List<Shape> shapes = new ArrayList<>();
    shapes.add(new Shape(256, 512));
    shapes.add(new Shape(128, 256));
    shapes.add(new Shape(5, 4096));
    shapes.add(new Shape(2, 5003));
    shapes.add(new Shape(8193, 7));
    shapes.add(new Shape(2048, 16));
    shapes.add(new Shape(1, BEYOND_A_SHORT));
    shapes.add(new Shape(BEYOND_A_SHORT, 1));
    return withinElements(shapes, seed, 50_000, 100_000);
  }

  /** Products of which each size is large once, with multiples in pairs, and drawn ones. */
  static List<ProductShape> products(long seed) {
    List<ProductShape> shapes = new ArrayList<>();
    for (int large : new int[] {128, 256, 512, 640, 1024, 1025, 2304, 4096, 8192}) {
      shapes.add(new ProductShape(large, 3, 17));
      shapes.add(new ProductShape(5, large, 9));
      shapes.add(new ProductShape(2, 5, large));
      shapes.add(new ProductShape(1, large, 130));
    }
    shapes.add(new ProductShape(BEYOND_A_SHORT, 3, 2));
    shapes.add(new ProductShape(2, BEYOND_A_SHORT, 3));
    shapes.add(new ProductShape(3, 2, BEYOND_A_SHORT));
    shapes.add(new ProductShape(128, 128, 128));
    shapes.add(new ProductShape(128, 16, 256));
    shapes.add(new ProductShape(256, 256, 64));
    shapes.add(new ProductShape(64, 784, 128));
    shapes.add(new ProductShape(32, 512, 1024));
    shapes.add(new ProductShape(1024, 33, 1024));
    shapes.add(new ProductShape(512, 784, 256));
    shapes.add(new ProductShape(500, 785, 100));
    return drawn(shapes, seed, 6_000_000, 70_000_000);
  }

  /** Layers: rows, inputs, outputs. */
  static List<ProductShape> layers(long seed) {
    List<ProductShape> shapes = new ArrayList<>();
    shapes.add(new ProductShape(128, 784, 128));
    shapes.add(new ProductShape(2, 4096, 20));
    shapes.add(new ProductShape(4100, 20, 10));
    shapes.add(new ProductShape(16, 30, 2048));
    shapes.add(new ProductShape(64, 256, 1024));
    shapes.add(new ProductShape(1, 2304, 641));
    shapes.add(new ProductShape(257, 512, 129));
    // One output, as for one number; one input, and one of each.
    shapes.add(new ProductShape(2050, 65, 1));
    shapes.add(new ProductShape(2050, 1, 65));
    shapes.add(new ProductShape(BEYOND_A_SHORT, 1, 1));
    shapes.add(new ProductShape(BEYOND_A_SHORT, 2, 3));
    return drawn(shapes, seed, 3_000_000, 15_000_000);
  }

  private static List<ProductShape> drawn(
      List<ProductShape> shapes, long seed, long each, long all) {
    Draw draw = new Draw(seed);
    long left = all * TIMES;
    while (left > 0) {
      ProductShape shape =
          new ProductShape(draw.size(LARGEST), draw.size(LARGEST), draw.size(LARGEST));
      long work = (long) shape.m() * shape.k() * shape.n();
      long elements =
          (long) shape.m() * shape.k()
              + (long) shape.k() * shape.n()
              + (long) shape.m() * shape.n();
      if (work <= each && elements <= 2_000_000) {
        shapes.add(shape);
        left -= work + 10 * elements;
      }
    }
    return shapes;
  }
}
