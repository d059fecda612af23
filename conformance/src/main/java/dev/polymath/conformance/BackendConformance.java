package dev.polymath.conformance;

import dev.polymath.BackendOptions;
import dev.polymath.BackendProvider;
import java.util.OptionalLong;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestClassOrder;

/**
 * All that a backend must do. A backend's whole test is a subclass:
 *
 * <pre>{@code
 * class EjmlConformanceTest extends BackendConformance {
 *   @Override
 *   protected BackendProvider provider() {
 *     return new EjmlProvider();
 *   }
 * }
 * }</pre>
 *
 * <p>Each group has a tag of its name, {@code products} or {@code element-wise}, so that one can be
 * run alone. Everything is mandatory. What depends on {@link dev.polymath.BackendInfo} says so in
 * its name.
 */
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
public abstract class BackendConformance {

  /** For subclasses. */
  protected BackendConformance() {}

  /** The provider of the backend under test; asked often. */
  protected abstract BackendProvider provider();

  /** How sessions are opened: a second subclass may ask for more threads. */
  protected BackendOptions options() {
    return BackendOptions.defaults();
  }

  /**
   * The bytes that the backend holds outside the Java heap at this moment, where it can say; none
   * by default.
   */
  protected OptionalLong nativeBytes() {
    return OptionalLong.empty();
  }

  /**
   * How many sessions are opened and closed to see that nothing is left of them. Fewer where
   * opening one takes more than some ten milliseconds.
   */
  protected int sessions() {
    return 1000;
  }

  /**
   * Whether each operation's allocation is counted on wide tensors too; true unless overridden. A
   * backend whose kernels the JIT may compile badly where many of them are compiled at once counts
   * in a JVM of its own instead.
   */
  protected boolean countsOnWideTensors() {
    return true;
  }

  /**
   * How many tenths of a second a session may take to let go of everything after its close, and how
   * many times 5,000 steps to stop allocating.
   */
  int patience() {
    return 100;
  }

  @Nested
  @Tag("tensors")
  @DisplayName("Tensors")
  class Tensors extends TensorsGroup {
    Tensors() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("products")
  @DisplayName("Products")
  class Products extends ProductsGroup {
    Products() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("element-wise")
  @DisplayName("Element-wise operations")
  class ElementWise extends ElementWiseGroup {
    ElementWise() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("activations")
  @DisplayName("Activations")
  class Activations extends ActivationsGroup {
    Activations() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("dense")
  @DisplayName("Dense layers")
  class Dense extends DenseGroup {
    Dense() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("losses")
  @DisplayName("Losses")
  class Losses extends LossesGroup {
    Losses() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("optimizer")
  @DisplayName("Optimizer")
  class Optimizer extends OptimizerGroup {
    Optimizer() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("contract")
  @DisplayName("Contract")
  class Contract extends ContractGroup {
    Contract() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("ownership")
  @DisplayName("Ownership")
  class Ownership extends OwnershipGroup {
    Ownership() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("release")
  @DisplayName("Release")
  class Release extends ReleaseGroup {
    Release() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("discovery")
  @DisplayName("Discovery")
  class Discovery extends DiscoveryGroup {
    Discovery() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("lifecycle")
  @DisplayName("Lifecycle")
  class Lifecycle extends LifecycleGroup {
    Lifecycle() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("concurrency")
  @DisplayName("Concurrency")
  class Concurrency extends ConcurrencyGroup {
    Concurrency() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("determinism")
  @DisplayName("Determinism")
  class Determinism extends DeterminismGroup {
    Determinism() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("training")
  @DisplayName("Training")
  @Order(1) // what a JIT compiles, and so what is allocated, depends on what ran before
  class Training extends TrainingGroup {
    Training() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("callers")
  @DisplayName("Several callers")
  class Callers extends CallersGroup {
    Callers() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("changes")
  @DisplayName("Changed and shared arguments")
  class Changes extends ChangesGroup {
    Changes() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("interrupts")
  @DisplayName("Interrupts")
  class Interrupts extends InterruptsGroup {
    Interrupts() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("memory")
  @DisplayName("Memory")
  @Order(2) // what a JIT compiles, and so what is allocated, depends on what ran before
  class Memory extends MemoryGroup {
    Memory() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("threads")
  @DisplayName("Numbers of threads")
  class ThreadCounts extends ThreadsGroup {
    ThreadCounts() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("sizes")
  @DisplayName("Large sizes")
  class Sizes extends SizesGroup {
    Sizes() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("use")
  @DisplayName("Long use")
  class Use extends UseGroup {
    Use() {
      super(BackendConformance.this);
    }
  }

  @Nested
  @Tag("precision")
  @DisplayName("Precision")
  class Precision extends PrecisionGroup {
    Precision() {
      super(BackendConformance.this);
    }
  }
}
