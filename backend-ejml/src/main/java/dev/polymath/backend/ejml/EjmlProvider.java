package dev.polymath.backend.ejml;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.BackendProvider;
import java.util.Optional;

/** Says whether EJML is there, and opens sessions on it. */
public final class EjmlProvider implements BackendProvider {

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public String name() {
    return "ejml";
  }

  @Override
  public int priority() {
    return 100;
  }

  @Override
  public int mostThreads() {
    return 1;
  }

  /** Looks for a file, since loading the class could fail in ways of its own. */
  @Override
  public Optional<String> unavailableReason() {
    String file = "org/ejml/dense/row/CommonOps_FDRM.class";
    return EjmlProvider.class.getClassLoader().getResource(file) != null
        ? Optional.empty()
        : Optional.of("EJML is missing: add the dependency org.ejml:ejml-fdense");
  }

  @Override
  public Backend open(BackendOptions options) {
    return new EjmlBackend();
  }
}
