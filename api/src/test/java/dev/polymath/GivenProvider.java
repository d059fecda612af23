package dev.polymath;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Opens, or throws, what a test has said. Two loaders may define this class: it has no state. */
public final class GivenProvider implements BackendProvider {

  private static final String KEY = "dev.polymath.GivenProvider";

  /** For the service loader. */
  public GivenProvider() {}

  /** A session, a {@link RuntimeException}, an {@link Error}, or null. */
  static void opens(@Nullable Object outcome) {
    if (outcome == null) {
      System.getProperties().remove(KEY);
    } else {
      System.getProperties().put(KEY, outcome);
    }
  }

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public String name() {
    return "given";
  }

  @Override
  public int priority() {
    return 3;
  }

  @Override
  public Optional<String> unavailableReason() {
    return Optional.empty();
  }

  @Override
  @SuppressWarnings("NullAway") // What a provider must not do, this one does when told to.
  public Backend open(BackendOptions options) {
    Object outcome = System.getProperties().get(KEY);
    if (outcome instanceof RuntimeException e) {
      throw e;
    }
    if (outcome instanceof Error e) {
      throw e;
    }
    return (Backend) outcome;
  }
}
