package dev.polymath.conformance;

import dev.polymath.BackendProvider;
import org.junit.jupiter.api.DisplayName;

@DisplayName("A backend written for the SPI's first version")
class EarlyConformanceTest extends BackendConformance {

  @Override
  protected BackendProvider provider() {
    return new EarlyProvider();
  }
}
