package dev.polymath.conformance;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.BackendProvider;
import java.util.Optional;

/** Opens {@link EarlyBackend}; found through {@code META-INF/services}. */
public class EarlyProvider implements BackendProvider {

  /** For ServiceLoader. */
  public EarlyProvider() {}

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public String name() {
    return EarlyBackend.NAME;
  }

  @Override
  public int priority() {
    return -2000;
  }

  @Override
  public Optional<String> unavailableReason() {
    return Optional.empty();
  }

  @Override
  public Backend open(BackendOptions options) {
    return new EarlyBackend();
  }
}
