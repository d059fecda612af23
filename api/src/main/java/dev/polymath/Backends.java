package dev.polymath;

import dev.polymath.Discovery.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Finds and opens the backends on the class path and the module path.
 *
 * <p>A name that is given beats the system property {@value #PROPERTY}, which beats the highest
 * priority among the available; equal priorities go by name. The methods without a class loader ask
 * the thread's context loader first, then the loader of this class.
 *
 * <p>The default is never replaced by the next best in silence: if it does not start, opening fails
 * and says why.
 */
public final class Backends {

  /** The system property that names the default backend. */
  public static final String PROPERTY = "polymath.backend";

  private Backends() {}

  /** Opens the default with the default options. */
  public static Backend open() {
    return open(BackendOptions.defaults());
  }

  /**
   * Opens the default.
   *
   * @throws IllegalArgumentException if the system property names a backend that is not there
   * @throws IllegalStateException if no backend is available, or the default does not start
   */
  public static Backend open(BackendOptions options) {
    return openDefault(options, loaders());
  }

  /** As {@link #open(BackendOptions)}, among what one class loader finds. */
  public static Backend open(BackendOptions options, ClassLoader loader) {
    return openDefault(options, List.of(loader));
  }

  /**
   * Opens the backend of a name.
   *
   * @throws IllegalArgumentException if there is none of this name, or more than one; the message
   *     lists all that were found
   * @throws IllegalStateException if it is unavailable or does not start
   */
  public static Backend open(String name, BackendOptions options) {
    return openNamed(name, options, candidates(loaders()));
  }

  /** As {@link #open(String, BackendOptions)}, among what one class loader finds. */
  public static Backend open(String name, BackendOptions options, ClassLoader loader) {
    return openNamed(name, options, candidates(List.of(loader)));
  }

  /**
   * All that was found: the available by falling priority, the first of which {@link #open()} opens
   * unless the system property says otherwise; then the others with their reasons. Starts nothing.
   */
  public static List<BackendStatus> list() {
    return statuses(candidates(loaders()));
  }

  /** As {@link #list()}, among what one class loader finds. */
  public static List<BackendStatus> list(ClassLoader loader) {
    return statuses(candidates(List.of(loader)));
  }

  private static List<ClassLoader> loaders() {
    List<ClassLoader> loaders = new ArrayList<>();
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    if (context != null) {
      loaders.add(context);
    }
    ClassLoader own = Backends.class.getClassLoader();
    if (own != context) {
      loaders.add(own);
    }
    return loaders;
  }

  private static List<Candidate> candidates(List<ClassLoader> loaders) {
    return Discovery.candidates(loaders);
  }

  private static List<BackendStatus> statuses(List<Candidate> candidates) {
    return candidates.stream().map(Candidate::status).toList();
  }

  private static Backend openDefault(BackendOptions options, List<ClassLoader> loaders) {
    Objects.requireNonNull(options, "options");
    List<Candidate> candidates = candidates(loaders);
    String name = System.getProperty(PROPERTY);
    if (name != null) {
      return openNamed(name, options, candidates);
    }
    if (candidates.isEmpty()) {
      // Of Polymath's own, the one that needs nothing else.
      throw new IllegalStateException(
          "no backend found on the class path or the module path."
              + " Add the dependency dev.polymath:polymath-backend-arrays");
    }
    Candidate first = candidates.get(0);
    if (!first.status().available()) {
      throw new IllegalStateException("no backend is available; " + found(candidates));
    }
    return start(first, options);
  }

  private static Backend openNamed(
      String name, BackendOptions options, List<Candidate> candidates) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(options, "options");
    List<Candidate> named =
        candidates.stream().filter(c -> c.status().name().equals(name)).toList();
    if (named.isEmpty()) {
      throw new IllegalArgumentException(
          "no backend \""
              + name
              + "\"; "
              + found(candidates)
              + ". Add the dependency that brings it;"
              + " Polymath's own are named dev.polymath:polymath-backend-NAME");
    }
    Candidate candidate = named.get(0);
    String reason = candidate.status().unavailableReason();
    if (named.size() > 1) {
      throw new IllegalArgumentException("backend \"" + name + "\": " + reason);
    }
    if (reason != null) {
      throw new IllegalStateException("backend \"" + name + "\" is unavailable: " + reason);
    }
    return start(candidate, options);
  }

  private static Backend start(Candidate candidate, BackendOptions options) {
    BackendProvider provider = Objects.requireNonNull(candidate.provider());
    try {
      return Objects.requireNonNull(provider.open(options), "the provider returned null");
    } catch (RuntimeException | LinkageError e) {
      throw new IllegalStateException(
          "backend \""
              + candidate.status().name()
              + "\" did not start: "
              + (e instanceof IllegalStateException ? e.getMessage() : Discovery.rootCause(e)),
          e);
    }
  }

  private static String found(List<Candidate> candidates) {
    if (candidates.isEmpty()) {
      return "found: none";
    }
    return "found: "
        + candidates.stream().map(c -> c.status().toString()).collect(Collectors.joining(", "));
  }
}
