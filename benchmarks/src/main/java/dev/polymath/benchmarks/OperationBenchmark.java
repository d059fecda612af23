package dev.polymath.benchmarks;

import dev.polymath.Activation;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import dev.polymath.conformance.LossOracle;
import dev.polymath.conformance.Matrix;
import dev.polymath.conformance.Oracle;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;

/** Single operations that a training step may contain beside its products. */
@BenchmarkMode(Mode.AverageTime)
public class OperationBenchmark extends BackendBenchmark {

  /** What is measured. */
  public enum Operation {
    /** A mask on a batch. */
    MULTIPLY,
    /** A gradient's norm. */
    SUM_OF_SQUARES,
    /** The exponential linear unit. */
    ELU,
    /** Its derivative. */
    ELU_BACKWARD,
    /** Value and gradient of Huber's loss. */
    HUBER,
    /** Value and gradient of the cross-entropy of sigmoids. */
    SIGMOID_CROSS_ENTROPY
  }

  /** The operation. */
  @Param public Operation operation;

  /** Rows of each tensor. */
  @Param({"64", "784"})
  public int rows;

  /** Columns of each tensor. */
  @Param("128")
  public int columns;

  private Tensor a;
  private Tensor b;
  private Tensor out;
  private Loss huber;
  private Loss sigmoids;

  @Override
  void prepare() {
    int size = rows * columns;
    Matrix left = Matrix.of(rows, columns, Numbers.uniform(Numbers.LEFT, size, -3, 3));
    Matrix right = Matrix.of(rows, columns, Numbers.uniform(Numbers.RIGHT, size, -1, 1));
    a = session.allocate(rows, columns);
    b = session.allocate(rows, columns);
    out = session.allocate(rows, columns);
    a.write(left.floats(), 0);
    b.write(right.floats(), 0);
    huber = session.huber(1);
    sigmoids = session.sigmoidCrossEntropy();
    check(left, right);
  }

  private void check(Matrix left, Matrix right) {
    double value = run();
    float[] found = new float[rows * columns];
    out.read(found, 0);
    String name = operation.name();
    switch (operation) {
      case MULTIPLY -> Oracle.multiply(left, right).check(name, found);
      case SUM_OF_SQUARES -> Oracle.sumOfSquares(left).check(name, value);
      case ELU -> Oracle.activate(Activation.ELU, left).check(name, found);
      case ELU_BACKWARD -> Oracle.activateBackward(Activation.ELU, left, right).check(name, found);
      case HUBER -> check(LossOracle.huber(1, left, right), value, found);
      case SIGMOID_CROSS_ENTROPY ->
          check(LossOracle.sigmoidCrossEntropy(left, right), value, found);
    }
  }

  private void check(Oracle.LossAndGradient expected, double value, float[] gradient) {
    expected.checkValue(operation.name(), value);
    expected.gradient().check(operation.name(), gradient);
  }

  /** One call. */
  @Benchmark
  public double run() {
    return switch (operation) {
      case MULTIPLY -> {
        session.multiply(a, b, out);
        yield 0;
      }
      case SUM_OF_SQUARES -> session.sumOfSquares(a);
      case ELU -> {
        session.activate(Activation.ELU, a, out);
        yield 0;
      }
      case ELU_BACKWARD -> {
        session.activateBackward(Activation.ELU, a, b, out);
        yield 0;
      }
      case HUBER -> huber.valueAndGradient(a, b, out);
      case SIGMOID_CROSS_ENTROPY -> sigmoids.valueAndGradient(a, b, out);
    };
  }
}
