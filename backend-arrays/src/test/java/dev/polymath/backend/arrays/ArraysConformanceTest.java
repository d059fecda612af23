package dev.polymath.backend.arrays;

import dev.polymath.BackendProvider;
import dev.polymath.conformance.BackendConformance;
import org.junit.jupiter.api.DisplayName;

@DisplayName("arrays")
class ArraysConformanceTest extends BackendConformance {

  @Override
  protected BackendProvider provider() {
    return new ArraysProvider();
  }
}
