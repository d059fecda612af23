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
}
