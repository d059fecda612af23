package dev.polymath.backend.ejml;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.polymath.BackendProvider;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("EjmlProvider")
class EjmlProviderTest {

  @Test
  @DisplayName("says what to add where EJML is missing")
  void saysWhatToAdd() throws Exception {
    try (Ejml loader = new Ejml(false)) {
      assertEquals(
          Optional.of("EJML is missing: add the dependency org.ejml:ejml-fdense"),
          loader.provider().unavailableReason());
    }
  }

  @Test
  @DisplayName("touches no class of EJML until it opens a session")
  void touchesNoClassOfEjml() throws Exception {
    try (Ejml loader = new Ejml(true)) {
      BackendProvider provider = loader.provider();
      assertEquals("ejml", provider.name());
      assertEquals(BackendProvider.SPI_VERSION, provider.spiVersion());
      assertEquals(100, provider.priority());
      assertEquals(Optional.empty(), provider.unavailableReason());
      assertEquals(List.of(), loader.asked);
    }
  }

  /** Loads the backend again, in a world with EJML's files or without, and none of its classes. */
  private static final class Ejml extends URLClassLoader {

    private final boolean present;
    private final List<String> asked = new ArrayList<>();

    Ejml(boolean present) {
      super(
          new URL[] {EjmlProvider.class.getProtectionDomain().getCodeSource().getLocation()},
          EjmlProvider.class.getClassLoader());
      this.present = present;
    }

    BackendProvider provider() throws ReflectiveOperationException {
      Class<?> type = loadClass(EjmlProvider.class.getName());
      return (BackendProvider) type.getConstructor().newInstance();
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("org.ejml.")) {
        asked.add(name);
        throw new ClassNotFoundException(name);
      }
      if (!name.startsWith(EjmlProvider.class.getPackageName())) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }

    @Override
    public @Nullable URL getResource(String name) {
      return present || !name.startsWith("org/ejml/") ? super.getResource(name) : null;
    }
  }
}
