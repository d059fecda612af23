package dev.polymath.conformance;

import dev.polymath.Loss;
import dev.polymath.spi.AbstractTensor;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A session that keeps copies of second operands, as if packed, and renews one when its tensor is
 * changed: unless it misses the change.
 */
final class Caching extends Stepped {

  private final Predicate<String> missed;
  private final Map<float[], float[]> copies = Collections.synchronizedMap(new IdentityHashMap<>());

  /**
   * @param missed by the name of the change: write, write through a view, loss, or the operation
   */
  Caching(Predicate<String> missed) {
    this.missed = missed;
  }

  private void changed(String change, float[] data) {
    if (!missed.test(change)) {
      copies.remove(data);
    }
  }

  private ReferenceTensor copy(ReferenceTensor tensor) {
    return new ReferenceTensor(
        tensor, tensor.rows(), copies.computeIfAbsent(tensor.data, float[]::clone));
  }

  @Override
  protected void matmulKernel(ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
    super.matmulKernel(a, copy(b), out);
  }

  @Override
  void after(Step step) {
    changed(step.operation(), step.out().data);
    if (step.is("adam")) {
      changed("moments", step.a().data);
      changed("moments", step.b().data);
    }
  }

  @Override
  protected ReferenceTensor newTensor(int rows, int cols) {
    return new ReferenceTensor(this, rows, cols) {
      @Override
      protected void writeKernel(float[] source, int offset) {
        super.writeKernel(source, offset);
        changed("write", data);
      }

      @Override
      protected AbstractTensor firstRowsKernel(int rows) {
        return new View(this, rows);
      }
    };
  }

  private final class View extends ReferenceTensor {
    View(ReferenceTensor parent, int rows) {
      super(parent, rows, parent.data);
    }

    @Override
    protected void writeKernel(float[] source, int offset) {
      super.writeKernel(source, offset);
      changed("write through a view", data);
    }

    @Override
    protected AbstractTensor firstRowsKernel(int rows) {
      return new View(this, rows);
    }
  }

  private Loss loss(Loss.Input input) {
    return new ReferenceLoss(this, input) {
      @Override
      double compute(
          ReferenceTensor output, ReferenceTensor target, @Nullable ReferenceTensor dOutput) {
        double value = super.compute(output, target, dOutput);
        if (dOutput != null) {
          changed("loss", dOutput.data);
        }
        return value;
      }
    };
  }

  @Override
  protected Loss newSoftmaxCrossEntropy() {
    return loss(Loss.Input.LOGITS);
  }

  @Override
  protected Loss newSquaredError() {
    return loss(Loss.Input.OUTPUT);
  }
}
