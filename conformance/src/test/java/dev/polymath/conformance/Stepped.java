package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Layer;
import org.jspecify.annotations.Nullable;

/** The reference backend, with a place to step in after each kernel. */
abstract class Stepped extends ReferenceBackend {

  /**
   * What a kernel has done.
   *
   * @param operation of the session, for activations with the function: {@code activate TANH}
   * @param out what was written
   * @param a the first operand, or out itself
   * @param b the second, or the first
   */
  record Step(
      String operation, int inner, ReferenceTensor out, ReferenceTensor a, ReferenceTensor b) {

    boolean is(String name) {
      return operation.equals(name);
    }

    int rows() {
      return out.rows();
    }

    int cols() {
      return out.cols();
    }

    /** Makes the last element of out wrong. */
    void spoilLast() {
      out.data[out.size() - 1] += 1;
    }
  }

  /** Called after each kernel. */
  abstract void after(Step step);

  /** A session that spoils the last element of what the kernels write where the sizes are these. */
  static Stepped spoiling(java.util.function.Predicate<Step> where) {
    return new Stepped() {
      @Override
      void after(Step step) {
        if (where.test(step)) {
          step.spoilLast();
        }
      }
    };
  }

  @Override
  protected void matmulKernel(ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
    super.matmulKernel(a, b, out);
    after(new Step("matmul", a.cols(), out, a, b));
  }

  @Override
  protected void matmulTransAKernel(ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
    super.matmulTransAKernel(a, b, out);
    after(new Step("matmulTransA", a.rows(), out, a, b));
  }

  @Override
  protected void matmulTransBKernel(ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
    super.matmulTransBKernel(a, b, out);
    after(new Step("matmulTransB", a.cols(), out, a, b));
  }

  @Override
  protected void addRowKernel(ReferenceTensor row, ReferenceTensor y) {
    super.addRowKernel(row, y);
    after(new Step("addRow", 1, y, row, row));
  }

  @Override
  protected void sumRowsKernel(ReferenceTensor x, ReferenceTensor out) {
    super.sumRowsKernel(x, out);
    after(new Step("sumRows", x.rows(), out, x, x));
  }

  @Override
  protected void activateKernel(Activation f, ReferenceTensor x, ReferenceTensor y) {
    super.activateKernel(f, x, y);
    after(new Step("activate " + f, 1, y, x, x));
  }

  @Override
  protected void activateBackwardKernel(
      Activation f, ReferenceTensor y, ReferenceTensor dy, ReferenceTensor dx) {
    super.activateBackwardKernel(f, y, dy, dx);
    after(new Step("activateBackward " + f, 1, dx, y, dy));
  }

  @Override
  protected void axpbyKernel(float alpha, ReferenceTensor x, float beta, ReferenceTensor y) {
    super.axpbyKernel(alpha, x, beta, y);
    after(new Step(beta == 0 ? "axpby with β = 0" : "axpby", 1, y, x, x));
  }

  @Override
  protected void multiplyKernel(ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
    super.multiplyKernel(a, b, out);
    after(new Step("multiply", 1, out, a, b));
  }

  @Override
  protected void adamKernel(
      ReferenceTensor gradient,
      ReferenceTensor m,
      ReferenceTensor v,
      ReferenceTensor value,
      float beta1,
      float beta2,
      float rate,
      float epsilon,
      float decay) {
    super.adamKernel(gradient, m, v, value, beta1, beta2, rate, epsilon, decay);
    after(new Step("adam", 1, value, m, v));
  }

  /** A layer that steps in after its two passes, which are named forward and backward. */
  @Override
  protected Layer newDense(int inputs, int outputs, Activation f) {
    return new ReferenceDense(this, inputs, outputs, f) {
      @Override
      protected void forwardKernel(ReferenceTensor x, ReferenceTensor y) {
        super.forwardKernel(x, y);
        after(new Step("forward " + f, x.cols(), y, x, weight));
      }

      @Override
      protected void backwardKernel(
          ReferenceTensor x,
          ReferenceTensor y,
          ReferenceTensor dy,
          @Nullable ReferenceTensor dx,
          ReferenceTensor dw,
          ReferenceTensor db) {
        super.backwardKernel(x, y, dy, dx, dw, db);
        after(new Step("backward", x.rows(), dw, dx == null ? dw : dx, db));
      }
    };
  }
}
