package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.spi.AbstractDense;
import org.jspecify.annotations.Nullable;

/** A dense layer of the reference backend's kernels. */
class ReferenceDense extends AbstractDense<ReferenceTensor> {

  final ReferenceBackend backend;

  ReferenceDense(ReferenceBackend backend, int inputs, int outputs, Activation f) {
    super(backend, inputs, outputs, f);
    this.backend = backend;
  }

  @Override
  protected void forwardKernel(ReferenceTensor x, ReferenceTensor y) {
    backend.matmulKernel(x, weight, y);
    backend.addRowKernel(bias, y);
    backend.activateKernel(activation, y, y);
  }

  @Override
  protected void backwardKernel(
      ReferenceTensor x,
      ReferenceTensor y,
      ReferenceTensor dy,
      @Nullable ReferenceTensor dx,
      ReferenceTensor dw,
      ReferenceTensor db) {
    backend.activateBackwardKernel(activation, y, dy, dy);
    backend.matmulTransAKernel(x, dy, dw);
    backend.sumRowsKernel(dy, db);
    if (dx != null) {
      backend.matmulTransBKernel(dy, weight, dx);
    }
  }
}
