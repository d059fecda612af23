package dev.polymath;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One provider that discovery found, usable or not.
 *
 * @param name what it is asked for by; the class name where the provider could not be asked
 * @param provider the class name of the provider, or as much as is known of it
 * @param priority among the available, the highest is the default
 * @param mostThreads that a session has in force, at least 1; not asked of the unavailable
 * @param costlyStart what its first start on this machine does, see {@link
 *     BackendProvider#costlyStart()}; null if there is nothing to say
 * @param unavailableReason why it can't be opened, as a sentence; null if nothing is known to stand
 *     in the way
 */
public record BackendStatus(
    String name,
    String provider,
    int priority,
    int mostThreads,
    @Nullable String costlyStart,
    @Nullable String unavailableReason) {

  public BackendStatus {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(provider, "provider");
    if (mostThreads < 1) {
      throw new IllegalArgumentException("mostThreads: expected at least 1, found " + mostThreads);
    }
  }

  /** One that can't be opened: of its threads and its start nothing is known. */
  static BackendStatus unavailable(String name, String provider, int priority, String reason) {
    return new BackendStatus(name, provider, priority, Integer.MAX_VALUE, null, reason);
  }

  /** Whether nothing is known to stand in the way of opening it. */
  public boolean available() {
    return unavailableReason == null;
  }

  /** {@code arrays (ok)} or {@code arrays-vector (unavailable: the reason)}. */
  @Override
  public String toString() {
    return name + (available() ? " (ok)" : " (unavailable: " + unavailableReason + ")");
  }
}
