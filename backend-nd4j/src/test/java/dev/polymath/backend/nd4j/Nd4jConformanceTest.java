package dev.polymath.backend.nd4j;

import dev.polymath.conformance.BackendConformance;
import dev.polymath.spi.BackendProvider;
import org.junit.jupiter.api.DisplayName;

@DisplayName("nd4j")
class Nd4jConformanceTest extends BackendConformance {

  @Override
  protected BackendProvider provider() {
    return new Nd4jProvider();
  }
}
