package dev.polymath.conformance;

import dev.polymath.BackendProvider;

/** The kit passes on a backend that does all it should. */
class ReferenceConformanceTest extends BackendConformance {

  @Override
  protected BackendProvider provider() {
    return new ReferenceProvider();
  }
}
