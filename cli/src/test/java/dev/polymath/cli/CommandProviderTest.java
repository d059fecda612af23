package dev.polymath.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.cli.spi.CommandProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@DisplayName("A command of another module")
class CommandProviderTest {

  @TempDir Path folder;

  /** Such as a module for a server would have. */
  public static final class Greetings implements CommandProvider {
    @Override
    public Object command() {
      return new Greet();
    }

    @Override
    public String summary() {
      return "Greet somebody.";
    }

    @Override
    public List<String> examples() {
      return List.of("polymath greet --name Ada");
    }
  }

  /** Its command. */
  @CommandLine.Command(
      name = "greet",
      mixinStandardHelpOptions = true,
      description = "Greets somebody.")
  public static final class Greet implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(names = "--name", description = "Who.")
    private String name = "nobody";

    @Override
    public Integer call() {
      if (name.isEmpty()) {
        throw new IllegalStateException("the name is empty");
      }
      spec.commandLine().getOut().println("hello " + name);
      return 7;
    }
  }

  /** Takes a name that is taken. */
  public static final class GreetByTraining implements CommandProvider {
    @CommandLine.Command(name = "train")
    public static final class Train {}

    @Override
    public Object command() {
      return new Train();
    }

    @Override
    public String summary() {
      return "Greet by training.";
    }

    @Override
    public List<String> examples() {
      return List.of();
    }
  }

  /** Loads the two classes anew, so that they are of no named module, as on a class path. */
  private static final class Jar extends URLClassLoader {
    Jar(Path folder) throws IOException {
      super(new URL[] {folder.toUri().toURL()}, CommandProviderTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(CommandProviderTest.class.getName() + "$Greet")) {
        return super.loadClass(name, resolve);
      }
      String file = name.substring(name.lastIndexOf('.') + 1) + ".class";
      try (InputStream in = CommandProviderTest.class.getResourceAsStream(file)) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  private Command run(String provider, String... arguments) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF").resolve("services"));
    Files.writeString(services.resolve(CommandProvider.class.getName()), provider);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    try (Jar jar = new Jar(folder)) {
      int code =
          Main.run(
              new PrintWriter(out, true),
              new PrintWriter(err, true),
              () -> null,
              ServiceLoader.load(CommandProvider.class, jar),
              arguments);
      return new Command(code, out.toString(), err.toString());
    }
  }

  @Test
  @DisplayName("runs, has its help, and stands in the list")
  void found() throws IOException {
    String provider = Greetings.class.getName();
    Command greeted = run(provider, "greet", "--name", "Ada");
    assertEquals("hello Ada" + System.lineSeparator(), greeted.out());
    assertEquals(7, greeted.code());
    String help = run(provider, "greet", "--help").out();
    assertTrue(help.startsWith("Usage: polymath greet"), help);
    assertTrue(help.contains("polymath greet --name Ada"), help);
    assertTrue(help.contains("Exit codes:"), help);
    assertTrue(run(provider, "--help").out().contains("Greet somebody."));
    Command failed = run(provider, "greet", "--name", "");
    assertEquals("polymath: the name is empty" + System.lineSeparator(), failed.err());
    assertEquals(1, failed.code());
  }

  @Test
  @DisplayName("that can't be loaded is named, and does not keep the others from working")
  void broken() throws IOException {
    Command run = run("no.such.Provider", "--help");
    assertEquals(0, run.code());
    assertTrue(run.err().startsWith("polymath: a command could not be added: "), run.err());
    assertTrue(run.err().contains("no.such.Provider"), run.err());
  }

  @Test
  @DisplayName("is made alone where the line names it, and no other of that name is")
  void alone() throws IOException {
    String both = Greetings.class.getName() + "\n" + GreetByTraining.class.getName();
    Command greeted = run(both, "greet");
    assertEquals("", greeted.err());
    assertEquals("hello nobody" + System.lineSeparator(), greeted.out());
    Command help = run(both, "--help");
    assertTrue(help.err().startsWith("polymath: a command could not be added: "), help.err());
    assertTrue(help.out().contains("Greet somebody."), help.out());
    assertEquals(2, run(both, "great").code());
  }
}
