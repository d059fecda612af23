package dev.polymath.backend.nd4j;

import dev.polymath.BackendProvider;
import dev.polymath.conformance.BackendConformance;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("nd4j")
class Nd4jConformanceTest extends BackendConformance {

  @Override
  protected BackendProvider provider() {
    return new Nd4jProvider();
  }

  /** The bytes of all arrays that ND4J has allocated and not freed. */
  @Override
  protected OptionalLong nativeBytes() {
    return OptionalLong.of(Nd4j.getEnvironment().getDeviceCouner(0));
  }
}
