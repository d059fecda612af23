package dev.polymath.backend.arrays;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.BackendProvider;
import java.util.stream.Stream;

/** The sessions that the tests of both backends run on. */
final class Sessions {

  private Sessions() {}

  static Stream<BackendProvider> providers() {
    return Stream.of(new ArraysProvider(), new ArraysVectorProvider());
  }

  static Backend open(BackendProvider provider, int threads) {
    return provider.open(BackendOptions.defaults().threads(threads));
  }
}
