package dev.polymath;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** Compiles small providers into a folder, so that each test has a class path of its own. */
final class ThrowAwayProviders {

  private static final String SERVICE = "META-INF/services/dev.polymath.BackendProvider";

  private final Path sources;
  private final Path classes;
  private final List<String> services = new ArrayList<>();

  ThrowAwayProviders(Path folder) throws IOException {
    sources = Files.createDirectories(folder.resolve("sources"));
    classes = Files.createDirectories(folder.resolve("classes"));
  }

  /** A provider whose {@code open} throws {@code IllegalStateException("opened NAME")}. */
  ThrowAwayProviders provider(String className, String name, int priority) throws IOException {
    return provider(className, name, priority, "return java.util.Optional.empty();", "");
  }

  ThrowAwayProviders unavailable(String className, String name, int priority, String reason)
      throws IOException {
    return provider(
        className, name, priority, "return java.util.Optional.of(\"" + reason + "\");", "");
  }

  ThrowAwayProviders provider(
      String className, String name, int priority, String unavailableBody, String members)
      throws IOException {
    return source(className, text(className, name, priority, unavailableBody, members, 1));
  }

  ThrowAwayProviders ofSpiVersion(int version, String className, String name) throws IOException {
    return source(
        className, text(className, name, 0, "return java.util.Optional.empty();", "", version));
  }

  private ThrowAwayProviders source(String className, String text) throws IOException {
    Path file = sources.resolve(className.replace('.', '/') + ".java");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return service(className);
  }

  /** A line of the service file, whether or not there is such a class. */
  ThrowAwayProviders service(String line) {
    services.add(line);
    return this;
  }

  /** A line of the service file of the interface's former name. */
  ThrowAwayProviders formerService(String line) throws IOException {
    Path file = classes.resolve("META-INF/services/dev.polymath.spi.BackendProvider");
    Files.createDirectories(file.getParent());
    Files.writeString(file, line);
    return this;
  }

  ThrowAwayProviders module(String name, String providerClass) throws IOException {
    Files.writeString(
        sources.resolve("module-info.java"),
        "module "
            + name
            + " { requires dev.polymath; provides dev.polymath.BackendProvider with "
            + providerClass
            + "; }");
    services.remove(providerClass);
    return this;
  }

  /** The folder of the compiled classes and the service file. */
  Path compile() throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("-d", classes.toString(), "-proc:none", "-Xlint:-options"));
    if (Files.exists(sources.resolve("module-info.java"))) {
      // The api and the annotations that its module requires, as this test itself was started.
      arguments.addAll(List.of("--module-path", System.getProperty("jdk.module.path")));
    } else {
      arguments.addAll(List.of("--class-path", apiClasses().toString()));
    }
    try (Stream<Path> files = Files.walk(sources)) {
      files.filter(f -> f.toString().endsWith(".java")).forEach(f -> arguments.add(f.toString()));
    }
    if (arguments.stream().anyMatch(a -> a.endsWith(".java"))) {
      int result =
          ToolProvider.findFirst("javac")
              .orElseThrow()
              .run(System.out, System.err, arguments.toArray(String[]::new));
      if (result != 0) {
        throw new IllegalStateException("the throw-away providers do not compile");
      }
    }
    if (!services.isEmpty()) {
      Path file = classes.resolve(SERVICE);
      Files.createDirectories(file.getParent());
      Files.write(file, services);
    }
    return classes;
  }

  /** A loader that sees the api and these providers. */
  URLClassLoader loader() throws IOException {
    return new URLClassLoader(
        new URL[] {compile().toUri().toURL()}, Backends.class.getClassLoader());
  }

  static Path apiClasses() {
    try {
      return Path.of(Backends.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(
      String className,
      String name,
      int priority,
      String unavailableBody,
      String members,
      int version) {
    int dot = className.lastIndexOf('.');
    return """
    package %s;
    public final class %s implements dev.polymath.BackendProvider {
      %s
      @Override public int spiVersion() { return %d; }
      @Override public String name() { return "%s"; }
      @Override public int priority() { return %d; }
      @Override public java.util.Optional<String> unavailableReason() { %s }
      @Override public dev.polymath.Backend open(dev.polymath.BackendOptions options) {
        throw new IllegalStateException("opened %s with " + options.threads());
      }
    }
    """
        .formatted(
            className.substring(0, dot),
            className.substring(dot + 1),
            members,
            version,
            name,
            priority,
            unavailableBody,
            name);
  }
}
