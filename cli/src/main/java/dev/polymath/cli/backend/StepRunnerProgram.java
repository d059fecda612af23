package dev.polymath.cli.backend;

import dev.polymath.BackendInfo;
import dev.polymath.models.choice.BackendChoice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The other side of {@link ProcessStepRunner}: reads how many seconds to run, a line each, and
 * answers with the time of a step. Ends with its input, that is with the process that started it.
 */
final class StepRunnerProgram {

  /** Begins the line that says why there is no answer. */
  static final String FAILED = "failed\t";

  private StepRunnerProgram() {}

  /** Arguments: backend, layers with commas, batch, threads. */
  public static void main(String[] arguments) throws IOException {
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    // A backend that prints would answer in our place.
    System.setOut(System.err);
    List<Integer> layers = Arrays.stream(arguments[1].split(",")).map(Integer::valueOf).toList();
    BackendChoice.Workload work =
        new BackendChoice.Workload(
            layers, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
    try (BackendChoice.StepRunner step = BackendChoice.StepRunner.open(arguments[0], work);
        BufferedReader requests =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      answers.println(line(step));
      for (String line = requests.readLine(); line != null; line = requests.readLine()) {
        answers.println(step.run(Double.parseDouble(line)));
      }
    } catch (OutOfMemoryError e) {
      answers.println(FAILED + "out of memory (" + e.getMessage() + ")");
    } catch (RuntimeException | Error e) {
      answers.println(
          FAILED
              + clean(
                  e instanceof IllegalStateException && e.getMessage() != null
                      ? e.getMessage()
                      : e.toString()));
    }
    // Threads of a backend must not keep the process.
    System.exit(0);
  }

  private static String line(BackendChoice.StepRunner step) {
    BackendInfo info = step.info();
    return String.join(
        "\t",
        clean(info.name()),
        clean(info.version()),
        Integer.toString(info.threads()),
        clean(info.runsOn()),
        Boolean.toString(info.allocationFree()),
        Integer.toString(step.checkedRows()));
  }

  /** What {@link #line} says of the backend. */
  static BackendInfo info(String[] parts) {
    if (parts.length != 6) {
      throw new IllegalStateException("its process answered: " + String.join(" ", parts));
    }
    return new BackendInfo(
        parts[0], parts[1], Integer.parseInt(parts[2]), parts[3], Boolean.parseBoolean(parts[4]));
  }

  static int checkedRows(String[] parts) {
    return Integer.parseInt(parts[5]);
  }

  private static String clean(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
