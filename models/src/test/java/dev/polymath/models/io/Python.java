package dev.polymath.models.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Python, where it is installed: what NumPy and PyTorch make of our files. */
final class Python {

  private final String interpreter;

  private Python(String interpreter) {
    this.interpreter = interpreter;
  }

  /** The first python3 on the path that has a module; skips the test where there is none. */
  static Python with(String module) throws IOException, InterruptedException {
    for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
      Path candidate = Path.of(folder, "python3");
      if (Files.isExecutable(candidate)) {
        Process process =
            new ProcessBuilder(candidate.toString(), "-c", "import " + module)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0) {
          return new Python(candidate.toString());
        }
        process.destroyForcibly();
      }
    }
    return Assumptions.abort("skipped: no python3 on the PATH has " + module);
  }

  /** Runs a script in a folder, which must succeed. */
  void run(Path folder, String script) throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("script.py"), prologue() + script);
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(List.of(interpreter, "-B", file.toString()))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    process.getOutputStream().close();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    assertEquals(0, process.waitFor(), () -> read(output));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Behind all that is installed: the real safetensors package comes first. */
  private static String prologue() {
    try {
      Path stubs = Path.of(Python.class.getResource("/python").toURI());
      return "import sys\nsys.path.append(r'" + stubs + "')\n";
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The Python block in a page of the documentation that has a text in it. */
  static String block(String page, String text) throws IOException {
    String content = Files.readString(Path.of("..", "docs", page));
    int at = content.indexOf(text);
    int begin = content.lastIndexOf("```python\n", at) + "```python\n".length();
    assertTrue(at > 0 && begin > 9, "no Python with " + text + " in " + page);
    return content.substring(begin, content.indexOf("```", begin));
  }
}
