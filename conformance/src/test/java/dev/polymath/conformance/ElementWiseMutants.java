package dev.polymath.conformance;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/** Faults in addRow, sumRows, axpby, multiply and sumOfSquares. */
final class ElementWiseMutants {

  private static final String GROUP = "ElementWise";

  private ElementWiseMutants() {}

  /** A sum of squares with a fault. */
  private static Mutant squares(
      String name, String sentence, String symptom, ToDoubleFunction<ReferenceTensor> sum) {
    return Mutant.of(
        name,
        sentence,
        GROUP,
        symptom,
        () ->
            new ReferenceBackend() {
              @Override
              protected double sumOfSquaresKernel(ReferenceTensor x) {
                return sum.applyAsDouble(x);
              }
            });
  }

  private static double sum(ReferenceTensor x, int end, DoubleUnaryOperator f) {
    double sum = 0;
    for (int i = 0; i < end; i++) {
      sum += f.applyAsDouble(x.data[i]);
    }
    return sum;
  }

  static List<Mutant> all() {
    return List.of(
        Mutant.of(
            "row added once",
            "addRow: y[i, j] += row[0, j], for every row",
            GROUP,
            "addRow of",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void addRowKernel(ReferenceTensor row, ReferenceTensor y) {
                    for (int j = 0; j < y.cols(); j++) {
                      y.data[j] += row.data[j];
                    }
                  }
                }),
        Mutant.of(
            "rows averaged",
            "sumRows: out[0, j] = Σ over i of x[i, j]",
            GROUP,
            "sumRows of",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void sumRowsKernel(ReferenceTensor x, ReferenceTensor out) {
                    super.sumRowsKernel(x, out);
                    for (int j = 0; j < x.cols(); j++) {
                      out.data[j] /= x.rows();
                    }
                  }
                }),
        Mutant.of(
            "sum of rows accumulated",
            "sumRows: out is overwritten",
            GROUP,
            "sumRows of",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void sumRowsKernel(ReferenceTensor x, ReferenceTensor out) {
                    float[] before = out.data.clone();
                    super.sumRowsKernel(x, out);
                    for (int j = 0; j < x.cols(); j++) {
                      out.data[j] += before[j];
                    }
                  }
                }),
        Mutant.of(
            "rows behind the view summed",
            "firstRows: a kernel reads the rows of the view alone",
            GROUP,
            "sumRows of",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void sumRowsKernel(ReferenceTensor x, ReferenceTensor out) {
                    super.sumRowsKernel(x, out);
                    for (int i = x.size(); i < x.data.length; i++) {
                      out.data[i % x.cols()] += x.data[i];
                    }
                  }
                }),
        Mutant.of(
            "β = 0 reading the old y",
            "axpby: with β = 0 the old y is not read",
            GROUP,
            "found NaN",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void axpbyKernel(
                      float alpha, ReferenceTensor x, float beta, ReferenceTensor y) {
                    for (int i = 0; i < y.size(); i++) {
                      y.data[i] = alpha * x.data[i] + beta * y.data[i];
                    }
                  }
                }),
        Mutant.of(
            "α and β exchanged",
            "axpby: y = α · x + β · y",
            GROUP,
            "axpby of",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void axpbyKernel(
                      float alpha, ReferenceTensor x, float beta, ReferenceTensor y) {
                    super.axpbyKernel(beta, x, alpha, y);
                  }
                }),
        Mutant.of(
            "β taken as 1",
            "axpby: β · y, for any β",
            GROUP,
            "axpby of",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void axpbyKernel(
                      float alpha, ReferenceTensor x, float beta, ReferenceTensor y) {
                    super.axpbyKernel(alpha, x, beta == 0 ? 0 : 1, y);
                  }
                }),
        Mutant.of(
            "x changed by axpby",
            "axpby: x is read",
            GROUP,
            "its input x",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void axpbyKernel(
                      float alpha, ReferenceTensor x, float beta, ReferenceTensor y) {
                    super.axpbyKernel(alpha, x, beta, y);
                    x.data[0] = alpha * x.data[0];
                  }
                }),
        Mutant.of(
            "axpby over the whole storage",
            "firstRows: a kernel writes the rows of the view alone",
            GROUP,
            "the rows behind",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void axpbyKernel(
                      float alpha, ReferenceTensor x, float beta, ReferenceTensor y) {
                    super.axpbyKernel(alpha, x, beta, y);
                    java.util.Arrays.fill(y.data, y.size(), y.data.length, 0);
                  }
                }),
        Mutant.of(
            "multiply that adds to out",
            "multiply: out is overwritten",
            GROUP,
            "multiply of a",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void multiplyKernel(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
                    float[] before = out.data.clone();
                    super.multiplyKernel(a, b, out);
                    for (int i = 0; out != a && out != b && i < out.size(); i++) {
                      out.data[i] += before[i];
                    }
                  }
                }),
        Mutant.of(
            "multiply that cannot work in place",
            "multiply: out may be b itself",
            GROUP,
            "with out = b",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void multiplyKernel(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
                    System.arraycopy(a.data, 0, out.data, 0, out.size());
                    for (int i = 0; i < out.size(); i++) {
                      out.data[i] *= b.data[i];
                    }
                  }
                }),
        Mutant.of(
            "zeros of the mask skipped",
            "multiply: 0 · ∞ and 0 · NaN are NaN",
            GROUP,
            "expected NaN",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void multiplyKernel(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
                    for (int i = 0; i < out.size(); i++) {
                      out.data[i] = b.data[i] == 0 ? 0 : a.data[i] * b.data[i];
                    }
                  }
                }),
        Mutant.of(
            "multiply over the whole storage",
            "firstRows: a kernel writes the rows of the view alone",
            GROUP,
            "multiply into the first 7 of 12 rows",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void multiplyKernel(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
                    super.multiplyKernel(a, b, out);
                    java.util.Arrays.fill(out.data, out.size(), out.data.length, 0);
                  }
                }),
        squares(
            "norm in the place of its square",
            "sumOfSquares: Σ x[i, j]²",
            "sumOfSquares of",
            x -> Math.sqrt(sum(x, x.size(), v -> v * v))),
        squares(
            "squares summed in float",
            "sumOfSquares: summed in double",
            "sumOfSquares of",
            x -> {
              float sum = 0;
              for (int i = 0; i < x.size(); i++) {
                sum += x.data[i] * x.data[i];
              }
              return sum;
            }),
        squares(
            "squares taken in float",
            "sumOfSquares: finite for every finite x",
            "found Infinity",
            x -> sum(x, x.size(), v -> (float) (v * v))),
        squares(
            "squares behind the view summed",
            "firstRows: a kernel reads the rows of the view alone",
            "(VIEW): expected",
            x -> sum(x, x.data.length, v -> v * v)),
        squares(
            "squares that are NaN skipped",
            "sumOfSquares: a NaN in x makes it NaN",
            "expected NaN",
            x -> sum(x, x.size(), v -> Double.isNaN(v) ? 0 : v * v)),
        Mutant.of(
            "infinity clamped",
            "element-wise operations hide no infinity",
            GROUP,
            "expected Infinity",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void addRowKernel(ReferenceTensor row, ReferenceTensor y) {
                    super.addRowKernel(row, y);
                    for (int i = 0; i < y.size(); i++) {
                      y.data[i] =
                          Float.isNaN(y.data[i])
                              ? y.data[i]
                              : Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, y.data[i]));
                    }
                  }
                }),
        Mutant.of(
            "NaN taken as zero",
            "element-wise operations hide no NaN",
            GROUP,
            "expected NaN",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void axpbyKernel(
                      float alpha, ReferenceTensor x, float beta, ReferenceTensor y) {
                    super.axpbyKernel(alpha, x, beta, y);
                    for (int i = 0; i < y.size(); i++) {
                      y.data[i] = Float.isNaN(y.data[i]) ? 0 : y.data[i];
                    }
                  }
                }),
        Mutant.of(
            "parameters in an order of their own, forgotten in axpby",
            "allocateLike: axpby is right between like tensors, and with plain ones",
            GROUP,
            "PARAMETER",
            TransposedTensor::session));
  }
}
