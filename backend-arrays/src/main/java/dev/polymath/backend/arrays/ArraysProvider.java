package dev.polymath.backend.arrays;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.BackendProvider;
import java.util.Optional;

/** The backend {@code arrays}: scalar loops, on every JVM. */
public final class ArraysProvider implements BackendProvider {

  /** For {@link java.util.ServiceLoader}. */
  public ArraysProvider() {}

  @Override
  public int spiVersion() {
    return BackendProvider.SPI_VERSION;
  }

  @Override
  public String name() {
    return "arrays";
  }

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public Optional<String> unavailableReason() {
    return Optional.empty();
  }

  @Override
  public Backend open(BackendOptions options) {
    return new ArraysBackend(name(), new ScalarKernels(), options.threads());
  }
}
