package dev.polymath.benchmarks;

import dev.polymath.Backend;
import dev.polymath.Tensor;
import dev.polymath.conformance.Matrix;
import dev.polymath.conformance.Oracle;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * {@code out = a · b} and its two transposed forms, in products per second. The counter {@code
 * gflop} is the same in GFLOP/s: 2 · M · K · N operations per product.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class MatmulBenchmark extends BackendBenchmark {

  private static final Pattern SHAPE = Pattern.compile("(\\d+)x(\\d+)x(\\d+)");

  /** Above this number of multiplications the oracle takes seconds, and looks at some rows only. */
  private static final long WHOLE = 1L << 28;

  /** {@code MxKxN}: out is {@code [M, N]}, the inner dimension K, whatever the form. */
  @Param({"64x64x64", "256x256x256", "1024x1024x1024", "64x784x128", "512x784x128"})
  public String shape;

  /** Which factor is stored transposed. */
  @Param public Form form;

  private Tensor a;
  private Tensor b;
  private Tensor out;
  private double gflop;

  /** The three products. */
  public enum Form {
    /** {@code a · b}: forward. */
    NN,
    /** {@code aᵀ · b}, a stored {@code [K, M]}: the weight gradient. */
    TN,
    /** {@code a · bᵀ}, b stored {@code [N, K]}: the input gradient. */
    NT
  }

  /** What was computed, beside how often. */
  @AuxCounters
  @State(Scope.Thread)
  public static class Work {
    /** 10⁹ floating-point operations. */
    public double gflop;
  }

  @Override
  void prepare() {
    Matcher sizes = SHAPE.matcher(shape);
    if (!sizes.matches()) {
      throw new IllegalArgumentException("shape: expected MxKxN, found " + shape);
    }
    int m = Integer.parseInt(sizes.group(1));
    int k = Integer.parseInt(sizes.group(2));
    int n = Integer.parseInt(sizes.group(3));
    gflop = 2e-9 * m * k * n;
    Matrix left = Matrix.of(m, k, Numbers.uniform(Numbers.LEFT, m * k, -1, 1));
    Matrix right = Matrix.of(k, n, Numbers.uniform(Numbers.RIGHT, k * n, -1, 1));
    a = tensor(session, form == Form.TN ? left.transposed() : left);
    b = tensor(session, form == Form.NT ? right.transposed() : right);
    out = session.allocate(m, n);
    product();
    check(left, right);
  }

  private static Tensor tensor(Backend session, Matrix values) {
    Tensor tensor = session.allocate(values.rows(), values.cols());
    tensor.write(values.floats(), 0);
    return tensor;
  }

  /** All rows, or as many as the oracle can do in a second or two, the last ones among them. */
  private void check(Matrix left, Matrix right) {
    float[] found = new float[out.rows() * out.cols()];
    out.read(found, 0);
    Matrix result = Matrix.of(out.rows(), out.cols(), found);
    long work = (long) left.rows() * right.rows() * right.cols();
    int step = (int) Math.max(1, work / WHOLE);
    for (int row = (left.rows() - 1) % step; row < left.rows(); row += step) {
      Oracle.matmul(left.rows(row, row + 1), right)
          .check("row " + row + " of " + form + " " + shape, result.rows(row, row + 1).floats());
    }
  }

  /** One product. */
  @Benchmark
  public void product(Work work) {
    product();
    work.gflop += gflop;
  }

  private void product() {
    switch (form) {
      case NN -> session.matmul(a, b, out);
      case TN -> session.matmulTransA(a, b, out);
      case NT -> session.matmulTransB(a, b, out);
    }
  }
}
