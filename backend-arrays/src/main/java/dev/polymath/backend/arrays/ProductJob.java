package dev.polymath.backend.arrays;

import dev.polymath.Activation;
import org.jspecify.annotations.Nullable;

/** {@code out = f(product + bias)}. */
final class ProductJob extends RegionJob {

  private final Workspace workspace;
  private Form form = Form.NN;
  private ArraysTensor a;
  private ArraysTensor b;
  private @Nullable ArraysTensor bias;
  private Activation f = Activation.IDENTITY;
  private ArraysTensor out;

  ProductJob(Workspace workspace, ArraysTensor none) {
    this.workspace = workspace;
    a = none;
    b = none;
    out = none;
  }

  void set(
      Form form,
      ArraysTensor a,
      ArraysTensor b,
      @Nullable ArraysTensor bias,
      Activation f,
      ArraysTensor out) {
    this.form = form;
    this.a = a;
    this.b = b;
    this.bias = bias;
    this.f = f;
    this.out = out;
  }

  @Override
  ArraysTensor divided() {
    return out;
  }

  @Override
  void region(int r0, int r1, int c0, int c1, int block) {
    float[][] scratch = workspace.scratch(block);
    ArraysTensor near = a.nearest(block);
    workspace.kernels.product(form, near, b, bias, f, out, r0, r1, c0, c1, scratch);
  }
}
