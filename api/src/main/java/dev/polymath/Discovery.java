package dev.polymath;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks {@link ServiceLoader} for providers, each under its own catch: a broken jar hides no other.
 */
final class Discovery {

  /** A provider with what it said; the provider is null where it could not be made. */
  record Candidate(@Nullable BackendProvider provider, BackendStatus status) {}

  /** The default first: by priority, then by name; what can't be opened stands behind. */
  private static final Comparator<Candidate> ORDER =
      Comparator.comparing((Candidate c) -> !c.status().available())
          .thenComparing(c -> -(long) c.status().priority())
          .thenComparing(c -> c.status().name())
          .thenComparing(c -> c.status().provider());

  /** The service's file before the interface moved: a jar that has no other would be overlooked. */
  private static final String FORMER_FILE = "META-INF/services/dev.polymath.spi.BackendProvider";

  /** A defect in a service file must not become an endless loop. */
  private static final int MOST_ERRORS = 100;

  private final List<Candidate> candidates = new ArrayList<>();
  private final Set<Class<?>> seen = new HashSet<>();
  private final Set<String> seenErrors = new HashSet<>();

  private Discovery() {}

  /** All that the loaders find, a provider class once, in {@link #ORDER}. */
  static List<Candidate> candidates(List<ClassLoader> loaders) {
    Discovery discovery = new Discovery();
    for (ClassLoader loader : loaders) {
      discovery.search(loader);
    }
    for (ClassLoader loader : loaders) {
      discovery.searchFormerFiles(loader);
    }
    return discovery.marked();
  }

  private void search(ClassLoader loader) {
    Iterator<ServiceLoader.Provider<BackendProvider>> found =
        ServiceLoader.load(BackendProvider.class, loader).stream().iterator();
    for (int errors = 0; errors < MOST_ERRORS; ) {
      try {
        if (!found.hasNext()) {
          return;
        }
        ServiceLoader.Provider<BackendProvider> provider = found.next();
        if (seen.add(provider.type())) {
          candidates.add(ask(provider));
        }
      } catch (ServiceConfigurationError | LinkageError e) {
        errors++;
        // Both loaders see the same broken file; it is one fault.
        if (seenErrors.add(String.valueOf(e.getMessage()))) {
          candidates.add(broken(providerNamedIn(e), e));
        }
      }
    }
  }

  private void searchFormerFiles(ClassLoader loader) {
    try {
      for (URL file : Collections.list(loader.getResources(FORMER_FILE))) {
        for (String name : classNamesIn(file)) {
          if (seen.stream().noneMatch(type -> type.getName().equals(name))
              && seenErrors.add(FORMER_FILE + name)) {
            candidates.add(
                unavailable(
                    name,
                    "it registers "
                        + FORMER_FILE
                        + "; the interface is now "
                        + BackendProvider.class.getName()
                        + ": use its release that fits"));
          }
        }
      }
    } catch (IOException e) {
      candidates.add(unavailable(FORMER_FILE, rootCause(e)));
    }
  }

  private static List<String> classNamesIn(URL file) throws IOException {
    URLConnection connection = file.openConnection();
    // As ServiceLoader does: a cached jar stays open, and Windows lets nobody replace it.
    connection.setUseCaches(false);
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split("#", 2)[0].strip())
          .filter(name -> !name.isEmpty())
          .toList();
    }
  }

  private static Candidate ask(ServiceLoader.Provider<BackendProvider> found) {
    String className = found.type().getName();
    try {
      BackendProvider provider = found.get();
      int version = provider.spiVersion();
      Optional<String> reason =
          version == BackendProvider.SPI_VERSION
              ? provider.unavailableReason()
              : Optional.of(
                  "it was built for version "
                      + version
                      + " of the SPI, this is version "
                      + BackendProvider.SPI_VERSION
                      + "; use its release that fits");
      return new Candidate(
          provider,
          reason.isPresent()
              ? BackendStatus.unavailable(
                  provider.name(), className, provider.priority(), reason.get())
              : new BackendStatus(
                  provider.name(),
                  className,
                  provider.priority(),
                  provider.mostThreads(),
                  provider.costlyStart().orElse(null),
                  null));
    } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
      return broken(className, e);
    }
  }

  private static Candidate broken(String className, Throwable error) {
    return unavailable(className, rootCause(error));
  }

  private static Candidate unavailable(String className, String reason) {
    return new Candidate(
        null, BackendStatus.unavailable(className, className, Integer.MIN_VALUE, reason));
  }

  /** ServiceLoader's message is "service: Provider class …" or "service: file:line: …". */
  private static String providerNamedIn(Throwable error) {
    String message = String.valueOf(error.getMessage());
    String marker = ": Provider ";
    int at = message.indexOf(marker);
    if (at < 0) {
      return "a broken provider";
    }
    return message.substring(at + marker.length()).split(" ", 2)[0];
  }

  /** The innermost cause, with its class unless that says no more than "error". */
  static String rootCause(Throwable error) {
    Throwable root = error;
    // Bounded, since a chain of causes may be a ring.
    for (int depth = 0; depth < 100 && root.getCause() != null; depth++) {
      root = root.getCause();
    }
    String message = root.getMessage();
    String name = root.getClass().getSimpleName();
    return message == null ? name : name + ": " + message;
  }

  /** Two providers of one name: neither can be asked for, and each says so. */
  private List<Candidate> marked() {
    List<Candidate> marked = new ArrayList<>();
    for (Candidate candidate : candidates) {
      List<String> twins =
          candidates.stream()
              .map(Candidate::status)
              .filter(other -> other.name().equals(candidate.status().name()))
              .map(BackendStatus::provider)
              .sorted()
              .toList();
      if (twins.size() == 1 || candidate.provider() == null) {
        marked.add(candidate);
      } else {
        BackendStatus status = candidate.status();
        marked.add(
            new Candidate(
                null,
                BackendStatus.unavailable(
                    status.name(),
                    status.provider(),
                    status.priority(),
                    "duplicate: " + String.join(" and ", twins) + " have this name")));
      }
    }
    marked.sort(ORDER);
    return marked;
  }
}
