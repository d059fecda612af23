package dev.polymath;

import java.util.Optional;

/**
 * What {@link java.util.ServiceLoader} finds. Loading and asking a provider touches no class of its
 * engine, so that a missing library or JVM flag is a sentence in a list and not an error at start.
 */
public interface BackendProvider {

  /** The version of this SPI that the classes of this package belong to. */
  int SPI_VERSION = 1;

  /**
   * The version that the provider was compiled for: {@code return BackendProvider.SPI_VERSION;}
   * (the compiler inlines it). Another version is listed as unavailable.
   */
  int spiVersion();

  /** The name it is asked for by: lower case, words joined by hyphens. */
  String name();

  /** Among the available, the highest is opened where no name is given. */
  int priority();

  /**
   * Why {@link #open} would fail, as a sentence that says what to do; empty if nothing is known to
   * stand in the way. Cheap: no native code is loaded, nothing is unpacked.
   */
  Optional<String> unavailableReason();

  /**
   * Starts a session.
   *
   * @throws IllegalStateException if the engine does not start; the message holds the root cause
   */
  Backend open(BackendOptions options);
}
