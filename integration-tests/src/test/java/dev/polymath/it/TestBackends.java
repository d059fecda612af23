package dev.polymath.it;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.BackendStatus;
import dev.polymath.Backends;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The backends on the path of these tests. */
final class TestBackends {

  private TestBackends() {}

  /** The names of those that work here; a JVM without the vector module has fewer. */
  static List<String> available() {
    return Backends.list().stream()
        .filter(BackendStatus::available)
        .map(BackendStatus::name)
        .toList();
  }

  /** A session; skips the test where the backend does not work. */
  static Backend open(String name, int threads) {
    Assumptions.assumeTrue(available().contains(name), () -> name + " does not work here");
    return Backends.open(name, BackendOptions.defaults().threads(threads));
  }
}
