package dev.polymath;

import java.util.Objects;

/**
 * What a session really runs on.
 *
 * @param name the name it is asked for by, such as {@code "arrays-vector"}
 * @param version of the backend's own library
 * @param threads that compute, the caller's included, at least 1; it may be fewer than were asked
 *     for
 * @param runsOn what computes, for a person to read: {@code "Vector API, 512 bits, FMA"}
 * @param allocationFree whether a warm operation allocates nothing on the Java heap, over all
 *     threads
 */
public record BackendInfo(
    String name, String version, int threads, String runsOn, boolean allocationFree) {

  public BackendInfo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(runsOn, "runsOn");
    if (threads < 1) {
      throw new IllegalArgumentException("threads: expected at least 1, found " + threads);
    }
  }
}
