package dev.polymath.conformance;

import java.util.List;

/** Faults in the three products. */
final class ProductMutants {

  private static final String GROUP = "Products";

  private ProductMutants() {}

  /** Spoils each product after it was computed. */
  private abstract static class Spoiled extends ReferenceBackend {

    /** The result stands in out; {@code before} is what it held. */
    abstract void spoil(ReferenceTensor a, ReferenceTensor b, ReferenceTensor out, float[] before);

    @Override
    protected void matmulKernel(ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
      float[] before = out.data.clone();
      super.matmulKernel(a, b, out);
      spoil(a, b, out, before);
    }

    @Override
    protected void matmulTransAKernel(ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
      float[] before = out.data.clone();
      super.matmulTransAKernel(a, b, out);
      spoil(a, b, out, before);
    }

    @Override
    protected void matmulTransBKernel(ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
      float[] before = out.data.clone();
      super.matmulTransBKernel(a, b, out);
      spoil(a, b, out, before);
    }
  }

  static List<Mutant> all() {
    return List.of(
        Mutant.of(
            "transposed index",
            "matmul: out = a · b",
            GROUP,
            "matmul of a",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void matmulKernel(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
                    if (b.rows() == b.cols()) {
                      super.matmulTransBKernel(a, b, out);
                    } else {
                      super.matmulKernel(a, b, out);
                    }
                  }
                }),
        Mutant.of(
            "a not transposed",
            "matmulTransA: out = aᵀ · b",
            GROUP,
            "matmulTransA of a",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void matmulTransAKernel(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
                    if (a.rows() == a.cols()) {
                      super.matmulKernel(a, b, out);
                    } else {
                      super.matmulTransAKernel(a, b, out);
                    }
                  }
                }),
        Mutant.of(
            "b not transposed",
            "matmulTransB: out = a · bᵀ",
            GROUP,
            "matmulTransB of a",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void matmulTransBKernel(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
                    if (b.rows() == b.cols()) {
                      super.matmulKernel(a, b, out);
                    } else {
                      super.matmulTransBKernel(a, b, out);
                    }
                  }
                }),
        Mutant.of(
            "missing column tail",
            "products: out is overwritten, all of it",
            GROUP,
            "elements are wrong",
            () ->
                new Spoiled() {
                  @Override
                  void spoil(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out, float[] before) {
                    int n = out.cols();
                    for (int i = 0; i < out.size(); i++) {
                      if (n > 16 && i % n >= n - n % 16) {
                        out.data[i] = before[i];
                      }
                    }
                  }
                }),
        Mutant.of(
            "row off by one",
            "products: out [m, n]",
            GROUP,
            "elements are wrong",
            () ->
                new Spoiled() {
                  @Override
                  void spoil(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out, float[] before) {
                    int n = out.cols();
                    if (out.rows() > 1) {
                      System.arraycopy(out.data, 0, out.data, n, out.size() - n);
                    }
                  }
                }),
        Mutant.of(
            "missing tail of the sum",
            "products: k terms per element",
            GROUP,
            "matmul of a",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void matmulKernel(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
                    super.matmulKernel(a, b, out);
                    int k = a.cols();
                    if (k % 4 == 3) {
                      for (int i = 0; i < out.size(); i++) {
                        out.data[i] -=
                            a.data[i / out.cols() * k + k - 1]
                                * b.data[(k - 1) * out.cols() + i % out.cols()];
                      }
                    }
                  }
                }),
        Mutant.of(
            "block of a large product lost",
            "products: of any size, above every threshold",
            GROUP,
            "[300, 520]",
            () ->
                new Spoiled() {
                  @Override
                  void spoil(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out, float[] before) {
                    if (out.size() > 256 * 256) {
                      System.arraycopy(before, 256 * 256, out.data, 256 * 256, 1000);
                    }
                  }
                }),
        Mutant.of(
            "product accumulated",
            "an output is overwritten whatever it held, never added to",
            GROUP,
            "the second time into one out",
            () ->
                new Spoiled() {
                  @Override
                  void spoil(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out, float[] before) {
                    for (int i = 0; i < out.size(); i++) {
                      out.data[i] += Float.isFinite(before[i]) ? before[i] : 0;
                    }
                  }
                }),
        Mutant.of(
            "old NaN times zero",
            "an output is overwritten whatever it held",
            GROUP,
            "found NaN",
            () ->
                new Spoiled() {
                  @Override
                  void spoil(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out, float[] before) {
                    for (int i = 0; i < out.size(); i++) {
                      out.data[i] += 0 * before[i];
                    }
                  }
                }),
        Mutant.of(
            "operand changed",
            "products: a and b are read",
            GROUP,
            "its input b",
            () ->
                new Spoiled() {
                  @Override
                  void spoil(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out, float[] before) {
                    // As if packed in place: the sign of a zero is lost, or a last bit.
                    b.data[b.size() - 1] = Math.nextUp(b.data[b.size() - 1]);
                  }
                }),
        Mutant.of(
            "row behind the view written",
            "firstRows: a kernel writes the rows of the view alone",
            GROUP,
            "the rows behind",
            () ->
                new Spoiled() {
                  @Override
                  void spoil(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out, float[] before) {
                    if (out.data.length > out.size()) {
                      out.data[out.size()] = 0;
                    }
                  }
                }),
        Mutant.of(
            "rounded to eight bits",
            "products round as float32 multiplications and additions may",
            GROUP,
            "elements are wrong",
            () ->
                new Spoiled() {
                  @Override
                  void spoil(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out, float[] before) {
                    for (int i = 0; i < out.size(); i++) {
                      out.data[i] =
                          Float.intBitsToFloat(Float.floatToIntBits(out.data[i]) & 0xffff0000);
                    }
                  }
                }),
        Mutant.of(
            "zero skipped",
            "products hide no NaN: 0 · ∞ is one",
            GROUP,
            "expected NaN",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void matmulKernel(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
                    for (int i = 0; i < out.size(); i++) {
                      double sum = 0;
                      for (int p = 0; p < a.cols(); p++) {
                        float factor = a.data[i / out.cols() * a.cols() + p];
                        if (factor != 0) {
                          sum += (double) factor * b.data[p * out.cols() + i % out.cols()];
                        }
                      }
                      out.data[i] = (float) sum;
                    }
                  }
                }),
        Mutant.of(
            "NaN hidden",
            "a NaN in an operand reaches its row or column of out",
            GROUP,
            "expected NaN",
            () ->
                new Spoiled() {
                  @Override
                  void spoil(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out, float[] before) {
                    for (int i = 0; i < out.size(); i++) {
                      out.data[i] = Float.isNaN(out.data[i]) ? 0 : out.data[i];
                    }
                  }
                }),
        Mutant.of(
            "NaN spread to the next column",
            "a NaN in an operand reaches its row or column of out alone",
            GROUP,
            "found NaN",
            () ->
                new Spoiled() {
                  @Override
                  void spoil(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out, float[] before) {
                    for (int i = out.size() - 1; i > 0; i--) {
                      out.data[i] += 0 * out.data[i - 1];
                    }
                  }
                }),
        Mutant.of(
            "partial sums overflow",
            "products are right for large values where no partial sum overflows",
            GROUP,
            "Infinity, tolerance",
            () ->
                new Spoiled() {
                  @Override
                  void spoil(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out, float[] before) {
                    for (int i = 0; i < out.size(); i++) {
                      out.data[i] = out.data[i] * 256 / 256;
                    }
                  }
                }),
        Mutant.of(
            "subnormal operands taken as zero",
            "products are right for subnormals",
            GROUP,
            "elements are wrong",
            () ->
                new Spoiled() {
                  @Override
                  void spoil(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out, float[] before) {
                    if (Math.abs(a.data[0]) < Float.MIN_NORMAL && a.data[0] != 0) {
                      java.util.Arrays.fill(out.data, 0, out.size(), 0);
                    }
                  }
                }),
        Mutant.of(
            "parameters in an order of their own, forgotten in the products",
            "allocateLike: nothing but speed depends on it",
            GROUP,
            "PARAMETER",
            TransposedTensor::session));
  }
}
