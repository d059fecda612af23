package dev.polymath.conformance;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;

/** Faults of too few digits, and of subnormals. */
final class PrecisionMutants {

  private static final String GROUP = "Precision";

  private PrecisionMutants() {}

  private static Mutant mutant(
      String name,
      String sentence,
      String symptom,
      String check,
      Supplier<dev.polymath.Backend> session) {
    return Mutant.of(name, sentence, GROUP, symptom, session).by(check);
  }

  /** The products of operands that were changed before, or of which the result is. */
  private static ReferenceBackend products(
      DoubleUnaryOperator ofA, DoubleUnaryOperator ofB, DoubleUnaryOperator ofResult) {
    return new ReferenceBackend() {
      private ReferenceTensor changed(ReferenceTensor tensor, DoubleUnaryOperator change) {
        ReferenceTensor copy = new ReferenceTensor(this, tensor.rows(), tensor.cols());
        for (int i = 0; i < tensor.size(); i++) {
          copy.data[i] = (float) change.applyAsDouble(tensor.data[i]);
        }
        return copy;
      }

      private void change(ReferenceTensor out) {
        for (int i = 0; i < out.size(); i++) {
          out.data[i] = (float) ofResult.applyAsDouble(out.data[i]);
        }
      }

      @Override
      protected void matmulKernel(ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
        super.matmulKernel(changed(a, ofA), changed(b, ofB), out);
        change(out);
      }

      @Override
      protected void matmulTransAKernel(ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
        super.matmulTransAKernel(changed(a, ofA), changed(b, ofB), out);
        change(out);
      }

      @Override
      protected void matmulTransBKernel(ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
        super.matmulTransBKernel(changed(a, ofA), changed(b, ofB), out);
        change(out);
      }
    };
  }

  private static double same(double v) {
    return v;
  }

  /** Keeps so many bits of the fraction. */
  private static double rounded(double v, int bits) {
    int unit = 1 << 23 - bits;
    return Float.intBitsToFloat((Float.floatToRawIntBits((float) v) + unit / 2) & -unit);
  }

  private static double flushed(double v) {
    return Math.abs(v) < Float.MIN_NORMAL ? 0 : v;
  }

  static List<Mutant> all() {
    return List.of(
        mutant(
            "operands of seven bits",
            "products round as float32 multiplications and additions may",
            "random numbers",
            "randomProducts",
            () -> products(v -> rounded(v, 7), v -> rounded(v, 7), PrecisionMutants::same)),
        mutant(
            "operands of ten bits",
            "products round as float32 multiplications and additions may",
            "random numbers",
            "randomProducts",
            () -> products(v -> rounded(v, 10), v -> rounded(v, 10), PrecisionMutants::same)),
        mutant(
            "one operand of ten bits in layers",
            "dense: rounds as float32 may",
            "random numbers",
            "randomLayers",
            () -> products(PrecisionMutants::same, v -> rounded(v, 10), PrecisionMutants::same)),
        mutant(
            "product scaled by a thousandth",
            "matmul: out = a · b",
            "right to two or three digits",
            "randomProducts",
            () -> products(PrecisionMutants::same, PrecisionMutants::same, v -> v * 1.001)),
        mutant(
            "product of sixteen bits",
            "products round as float32 multiplications and additions may",
            "random numbers",
            "randomProducts",
            () -> products(PrecisionMutants::same, PrecisionMutants::same, v -> rounded(v, 10))),
        mutant(
            "sums of rows in fewer bits",
            "sumRows: rounds as float32 additions may",
            "sumRows of",
            "randomSums",
            () ->
                new Stepped() {
                  @Override
                  void after(Step step) {
                    for (int i = 0; step.is("sumRows") && i < step.out().size(); i++) {
                      step.out().data[i] = (float) rounded(step.out().data[i], 10);
                    }
                  }
                }),
        mutant(
            "subnormals in the second operand taken as zero",
            "products are right for subnormals in either operand",
            "b subnormal",
            "subnormalsInProducts",
            () ->
                products(
                    PrecisionMutants::same, PrecisionMutants::flushed, PrecisionMutants::same)),
        mutant(
            "subnormals in the first operand taken as zero",
            "products are right for subnormals in either operand",
            "a subnormal",
            "subnormalsInProducts",
            () ->
                products(
                    PrecisionMutants::flushed, PrecisionMutants::same, PrecisionMutants::same)),
        mutant(
            "subnormal weights taken as zero",
            "dense: right for subnormals in x, weight and dy",
            "weight subnormal",
            "subnormalsInLayers",
            () ->
                products(
                    PrecisionMutants::same, PrecisionMutants::flushed, PrecisionMutants::same)),
        mutant(
            "subnormal y of axpby taken as zero",
            "axpby: β · y, for subnormals too",
            "axpby of a subnormal y",
            "subnormalsElementByElement",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void axpbyKernel(
                      float alpha, ReferenceTensor x, float beta, ReferenceTensor y) {
                    for (int i = 0; i < y.size(); i++) {
                      y.data[i] = (float) flushed(y.data[i]);
                    }
                    super.axpbyKernel(alpha, x, beta, y);
                  }
                }),
        mutant(
            "subnormal α taken as zero",
            "axpby: α · x, for a subnormal α too",
            "axpby with a subnormal α",
            "subnormalsElementByElement",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void axpbyKernel(
                      float alpha, ReferenceTensor x, float beta, ReferenceTensor y) {
                    super.axpbyKernel((float) flushed(alpha), x, beta, y);
                  }
                }),
        mutant(
            "subnormal factor taken as zero",
            "multiply: rounded once, subnormals included",
            "multiply, b subnormal",
            "subnormalsElementByElement",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void multiplyKernel(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
                    for (int i = 0; i < out.size(); i++) {
                      out.data[i] = (float) (a.data[i] * flushed(b.data[i]));
                    }
                  }
                }),
        mutant(
            "squares of subnormals in float",
            "sumOfSquares: squared in double",
            "sumOfSquares of subnormals",
            "subnormalsElementByElement",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected double sumOfSquaresKernel(ReferenceTensor x) {
                    double sum = super.sumOfSquaresKernel(x);
                    return sum < Float.MIN_VALUE ? 0 : sum;
                  }
                }));
  }
}
