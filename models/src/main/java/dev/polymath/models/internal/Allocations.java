package dev.polymath.models.internal;

import dev.polymath.Backend;
import dev.polymath.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Tensors that one owner makes one by one and gives back together. If one can't be made, the others
 * are given back at once: their owner has failed then. Not for several threads at once.
 */
public final class Allocations implements AutoCloseable {

  private final Backend backend;
  private final List<Tensor> live = new ArrayList<>();

  public Allocations(Backend backend) {
    this.backend = backend;
  }

  /** As {@link Backend#allocate}. */
  public Tensor allocate(int rows, int cols) {
    return kept(() -> backend.allocate(rows, cols));
  }

  /** As {@link Backend#allocateLike}. */
  public Tensor allocateLike(Tensor tensor) {
    return kept(() -> backend.allocateLike(tensor));
  }

  private Tensor kept(Supplier<Tensor> allocation) {
    try {
      Tensor tensor = allocation.get();
      live.add(tensor);
      return tensor;
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  /** Releases them all. Closing again does nothing. */
  @Override
  public void close() {
    live.forEach(backend::release);
    live.clear();
  }
}
