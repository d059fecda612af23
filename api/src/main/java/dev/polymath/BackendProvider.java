package dev.polymath;

import java.util.Optional;

/**
 * What {@link java.util.ServiceLoader} finds. Loading and asking a provider touches no class of the
 * library that computes, so that a missing library or JVM flag is a sentence in a list and not an
 * error at start.
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

  /** Among the available, the highest is opened where no name is given: a faster one has more. */
  int priority();

  /**
   * The most threads that a session has in force, however many are asked for; at least 1. A
   * benchmark asks for no more. By default any number.
   */
  default int mostThreads() {
    return Integer.MAX_VALUE;
  }

  /**
   * Why {@link #open} would fail, as a sentence that says what to do; empty if nothing is known to
   * stand in the way. Cheap: no native code is loaded, nothing is unpacked.
   */
  Optional<String> unavailableReason();

  /**
   * What the first start on this machine does to it, where that takes long or much room: a clause
   * such as {@code "the first start unpacks 400 MB into /home/me/.cache"}. A caller that only looks
   * around does not open such a backend. Empty, as by default, if there is nothing to say or it was
   * done before. As cheap as {@link #unavailableReason()}, and asked only where that is empty.
   */
  default Optional<String> costlyStart() {
    return Optional.empty();
  }

  /**
   * Starts a session.
   *
   * @throws IllegalStateException if the backend does not start; the message holds the root cause
   */
  Backend open(BackendOptions options);
}
