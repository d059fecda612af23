package dev.polymath.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.BackendProvider;
import dev.polymath.BackendStatus;
import dev.polymath.Backends;
import dev.polymath.conformance.Threads.OpensItsOwn;
import java.io.IOException;
import java.io.InputStream;
import java.security.CodeSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/** The provider, and that it is found. */
@OpensItsOwn
abstract class DiscoveryGroup extends Group {

  DiscoveryGroup(BackendConformance kit) {
    super(kit);
  }

  @Test
  @DisplayName("the provider has a name of lower-case words joined by hyphens, always the same")
  void name() {
    String name = kit.provider().name();
    assertTrue(
        name.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*"),
        "name(): expected lower-case words joined by hyphens, found \"" + name + "\"");
    assertEquals(name, kit.provider().name(), "name(), asked again");
    assertEquals(kit.provider().priority(), kit.provider().priority(), "priority(), asked again");
  }

  @Test
  @DisplayName("the provider was compiled for this version of the SPI")
  void spiVersion() {
    assertEquals(BackendProvider.SPI_VERSION, kit.provider().spiVersion(), "spiVersion()");
  }

  @Test
  @DisplayName("the provider says that it is available here, where it is tested")
  void available() {
    assertEquals(Optional.empty(), kit.provider().unavailableReason(), "unavailableReason()");
  }

  @Test
  @DisplayName("ServiceLoader finds the provider")
  void serviceLoader() {
    Class<?> provider = kit.provider().getClass();
    List<String> found =
        ServiceLoader.load(BackendProvider.class).stream().map(p -> p.type().getName()).toList();
    assertTrue(
        found.contains(provider.getName()),
        provider.getName()
            + " is not registered: name it in META-INF/services/"
            + BackendProvider.class.getName()
            + " and, in a module, under provides; found "
            + found);
  }

  @Test
  @DisplayName("Backends lists the provider once, available, with its name, class and priority")
  void listed() {
    BackendProvider provider = kit.provider();
    List<BackendStatus> statuses =
        Backends.list().stream().filter(status -> status.name().equals(provider.name())).toList();
    assertEquals(
        List.of(
            new BackendStatus(
                provider.name(),
                provider.getClass().getName(),
                provider.priority(),
                provider.mostThreads(),
                provider.costlyStart().orElse(null),
                null)),
        statuses,
        "Backends.list() for the name " + provider.name());
  }

  @Test
  @DisplayName("no session has more threads in force than the provider says")
  void mostThreads() {
    int most = kit.provider().mostThreads();
    assertTrue(most >= 1, "mostThreads(): expected at least 1, found " + most);
    try (Backend session = open(kit.options().threads(4))) {
      int inForce = session.info().threads();
      assertTrue(
          inForce <= most, "mostThreads() is " + most + ": info() says " + inForce + " in force");
    }
  }

  @Test
  @DisplayName("a backend that is open does not say that its first start costs much")
  void startedBefore() {
    assertEquals(Optional.empty(), kit.provider().costlyStart(), "costlyStart() after a start");
  }

  @Test
  @DisplayName("Backends opens it by its name, and info() gives that name")
  void openedByName() {
    String name = kit.provider().name();
    try (Backend opened = Backends.open(name, kit.options())) {
      assertEquals(name, opened.info().name(), "info().name() of Backends.open(\"" + name + "\")");
      assertEquals(backend.info(), opened.info(), "info() of the session opened by name");
    }
  }

  @Test
  @DisplayName(
      "the provider answers where its library is not on the path: asking touches none of its classes")
  void libraryIsNotTouched() throws ReflectiveOperationException {
    Class<?> provider = kit.provider().getClass();
    WithoutLibrary loader = new WithoutLibrary(provider);
    try {
      Object alone =
          Class.forName(provider.getName(), true, loader).getDeclaredConstructor().newInstance();
      BackendProvider asked = (BackendProvider) alone;
      assertEquals(kit.provider().name(), asked.name(), "name() without the library");
      assertEquals(kit.provider().priority(), asked.priority(), "priority() without the library");
      assertEquals(
          kit.provider().spiVersion(), asked.spiVersion(), "spiVersion() without the library");
      assertEquals(
          kit.provider().mostThreads(), asked.mostThreads(), "mostThreads() without the library");
      Objects.requireNonNull(asked.unavailableReason(), "unavailableReason() without the library");
      Objects.requireNonNull(asked.costlyStart(), "costlyStart() without the library");
    } catch (LinkageError | ReflectiveOperationException | RuntimeException e) {
      throw new AssertionFailedError(
          "the provider needs a class that is neither the JDK's, Polymath's nor its own: " + e, e);
    }
  }

  /** The JDK, Polymath and what lies where the provider lies; nothing else is to be had. */
  private static final class WithoutLibrary extends ClassLoader {

    private final Class<?> provider;

    WithoutLibrary(Class<?> provider) {
      super(ClassLoader.getPlatformClassLoader());
      this.provider = provider;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      Class<?> original = Class.forName(name, false, provider.getClassLoader());
      if (original.getModule() == BackendProvider.class.getModule()
          && original.getPackage().getName().matches("dev\\.polymath(\\.spi)?")) {
        return original;
      }
      if (!Objects.equals(source(original), source(provider))) {
        throw new ClassNotFoundException(name + " is not the provider's own");
      }
      String file = name.replace('.', '/') + ".class";
      try (InputStream in = provider.getClassLoader().getResourceAsStream(file)) {
        byte[] bytes = Objects.requireNonNull(in, file).readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }

    private static @Nullable Object source(Class<?> type) {
      CodeSource source = type.getProtectionDomain().getCodeSource();
      return source == null ? null : source.getLocation();
    }
  }
}
