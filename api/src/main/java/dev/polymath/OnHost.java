package dev.polymath;

/**
 * Operations that the SPI got later, between a read and a write: for a backend that implements
 * {@link Backend} itself and was written before them. It checks shapes; sessions are checked by the
 * tensors' own read and write.
 */
final class OnHost {

  private OnHost() {}

  static void multiply(Tensor a, Tensor b, Tensor out) {
    expectLike("multiply", "b", b, a);
    expectLike("multiply", "out", out, a);
    float[] product = elements(a);
    float[] factors = elements(b);
    for (int i = 0; i < product.length; i++) {
      product[i] *= factors[i];
    }
    out.write(product, 0);
  }

  static double sumOfSquares(Tensor x) {
    double sum = 0;
    for (float element : elements(x)) {
      sum += (double) element * element;
    }
    return sum;
  }

  static float[] elements(Tensor tensor) {
    float[] elements = new float[tensor.rows() * tensor.cols()];
    tensor.read(elements, 0);
    return elements;
  }

  static void expectLike(String operation, String name, Tensor found, Tensor shape) {
    if (found.rows() != shape.rows() || found.cols() != shape.cols()) {
      throw new IllegalArgumentException(
          operation + ": " + name + " is " + shape(found) + ", expected " + shape(shape));
    }
  }

  private static String shape(Tensor tensor) {
    return "[" + tensor.rows() + ", " + tensor.cols() + "]";
  }
}
