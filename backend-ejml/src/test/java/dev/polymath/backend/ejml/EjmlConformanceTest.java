package dev.polymath.backend.ejml;

import dev.polymath.BackendProvider;
import dev.polymath.conformance.BackendConformance;
import org.junit.jupiter.api.DisplayName;

@DisplayName("ejml")
class EjmlConformanceTest extends BackendConformance {

  @Override
  protected BackendProvider provider() {
    return new EjmlProvider();
  }
}
