package dev.polymath.backend.ejml;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.spi.BackendProvider;
import java.util.List;
import java.util.Optional;

/** Finds out whether EJML is there, and opens sessions on it. */
public final class EjmlProvider implements BackendProvider {

  /** A class of each of EJML's two jars. Looked up as files: a class that is loaded may fail. */
  private static final List<String> CLASS_FILES =
      List.of("org/ejml/data/FMatrixRMaj.class", "org/ejml/dense/row/CommonOps_FDRM.class");

  /** For {@link java.util.ServiceLoader}. */
  public EjmlProvider() {}

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
  public Optional<String> unavailableReason() {
    ClassLoader loader = EjmlProvider.class.getClassLoader();
    for (String file : CLASS_FILES) {
      if (loader.getResource(file) == null) {
        return Optional.of(file + " is missing: add the dependency org.ejml:ejml-fdense");
      }
    }
    return Optional.empty();
  }

  @Override
  public Backend open(BackendOptions options) {
    return new EjmlBackend();
  }
}
