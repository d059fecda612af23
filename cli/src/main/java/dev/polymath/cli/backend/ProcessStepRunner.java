package dev.polymath.cli.backend;

import dev.polymath.BackendInfo;
import dev.polymath.models.choice.BackendChoice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A step in a JVM of its own, started as this one was: compiled for one backend alone, and a crash
 * is the end of that backend and no other. Its program is {@link StepRunnerProgram}.
 */
final class ProcessStepRunner implements BackendChoice.StepRunner {

  /** The first start of ND4J takes seconds, and so may the check of a large network. */
  private static final double START_SECONDS = 40;

  /** What a single step may take longer than was asked for. */
  private static final double STEP_SECONDS = 15;

  /** Debuggers and agents would fight for what the first JVM has opened. */
  private static final Pattern NOT_PASSED_ON =
      Pattern.compile("-agent(lib|path):.*|-javaagent:.*|-X(runjdwp|debug|log).*");

  private static final String END = "\n";

  private final Process process;
  private final Writer requests;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private @Nullable BackendInfo info;
  private int checkedRows;

  /** Starts the process and does not wait for it. */
  ProcessStepRunner(String backend, BackendChoice.Workload work) {
    try {
      process =
          new ProcessBuilder(command(backend, work))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new IllegalStateException("no JVM could be started: " + e.getMessage(), e);
    }
    requests = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    Thread reader = new Thread(this::read, "polymath-" + backend);
    reader.setDaemon(true);
    reader.start();
  }

  private static List<String> command(String backend, BackendChoice.Workload work) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !NOT_PASSED_ON.matcher(argument).matches())
        .forEach(command::add);
    command.add("-XX:+SuppressFatalErrorMessage");
    addPath(command, "--class-path", "java.class.path");
    addPath(command, "--module-path", "jdk.module.path");
    Module module = StepRunnerProgram.class.getModule();
    if (module.isNamed()) {
      command.add("--module");
      command.add(module.getName() + "/" + StepRunnerProgram.class.getName());
    } else {
      command.add(StepRunnerProgram.class.getName());
    }
    command.add(backend);
    command.add(work.layers().stream().map(String::valueOf).collect(Collectors.joining(",")));
    command.add(Integer.toString(work.batch()));
    command.add(Integer.toString(work.threads()));
    return command;
  }

  private static void addPath(List<String> command, String option, String property) {
    String path = System.getProperty(property, "");
    if (!path.isEmpty()) {
      command.add(option);
      command.add(path);
    }
  }

  private void read() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        answers.add(line);
      }
    } catch (IOException e) {
      // The process is gone: that is what the end says.
    }
    answers.add(END);
  }

  @Override
  public BackendInfo info() {
    BackendInfo known = info;
    if (known == null) {
      String[] parts = answer(START_SECONDS, "was not ready").split("\t", -1);
      known = StepRunnerProgram.info(parts);
      checkedRows = StepRunnerProgram.checkedRows(parts);
      info = known;
    }
    return known;
  }

  @Override
  public int checkedRows() {
    info();
    return checkedRows;
  }

  @Override
  public double run(double seconds) {
    try {
      requests.write(seconds + "\n");
      requests.flush();
    } catch (IOException e) {
      // Its end stands among the answers.
    }
    return Double.parseDouble(answer(seconds + STEP_SECONDS, "finished no step"));
  }

  /** The next line; a failure of the process as an exception. */
  private String answer(double seconds, String late) {
    try {
      String line = answers.poll((long) (seconds * 1000), TimeUnit.MILLISECONDS);
      if (line == null) {
        throw new IllegalStateException(late + " within " + Math.round(seconds) + " seconds");
      }
      if (line.equals(END)) {
        answers.add(END);
        process.waitFor(1, TimeUnit.SECONDS);
        throw new IllegalStateException(
            process.isAlive()
                ? "its process closed its output"
                : "its process ended with exit code " + process.exitValue());
      }
      if (line.startsWith(StepRunnerProgram.FAILED)) {
        throw new IllegalStateException(line.substring(StepRunnerProgram.FAILED.length()));
      }
      return line;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
