package dev.polymath.conformance;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.BackendProvider;
import java.util.Optional;

/** Opens {@link ReferenceBackend}; found through {@code META-INF/services}. */
public class ReferenceProvider implements BackendProvider {

  /** For ServiceLoader. */
  public ReferenceProvider() {}

  @Override
  public int spiVersion() {
    return BackendProvider.SPI_VERSION;
  }

  @Override
  public String name() {
    return ReferenceBackend.NAME;
  }

  @Override
  public int priority() {
    return -1;
  }

  @Override
  public int mostThreads() {
    return 1;
  }

  @Override
  public Optional<String> unavailableReason() {
    return Optional.empty();
  }

  @Override
  public Backend open(BackendOptions options) {
    return new ReferenceBackend();
  }
}
