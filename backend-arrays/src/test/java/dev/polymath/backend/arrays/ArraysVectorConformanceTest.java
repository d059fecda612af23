package dev.polymath.backend.arrays;

import dev.polymath.BackendProvider;
import dev.polymath.conformance.BackendConformance;
import org.junit.jupiter.api.DisplayName;

@DisplayName("arrays-vector")
class ArraysVectorConformanceTest extends BackendConformance {

  @Override
  protected BackendProvider provider() {
    return new ArraysVectorProvider();
  }

  /**
   * JDK 17 may make objects of the vectors of a kernel that it compiles beside ninety other
   * operations. {@link AllocationTest} counts in a JVM of its own.
   */
  @Override
  protected boolean countsOnWideTensors() {
    return Runtime.version().feature() > 17;
  }
}
