package dev.polymath.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("polymath completion")
class CompletionTest {

  @TempDir Path folder;

  private static String script(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    assertEquals(0, Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments));
    assertEquals("", err.toString());
    return out.toString();
  }

  /** What a shell answers to some lines, after it has read the script for it. */
  private List<String> ask(String shell, List<String> options, String lines)
      throws IOException, InterruptedException {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(bin -> Files.isExecutable(Path.of(bin, shell))),
        () -> "skipped: there is no " + shell + " on the PATH");
    Files.writeString(folder.resolve("script"), script("completion", shell));
    Path file = Files.writeString(folder.resolve("lines"), "source ./script\n" + lines);
    List<String> command = new ArrayList<>(List.of(shell));
    command.addAll(options);
    command.add(file.toString());
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("HOME", folder.toString());
    Path out = folder.resolve("out");
    Process process = builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    process.getOutputStream().close();
    assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    assertEquals(0, process.exitValue(), Files.readString(out));
    return Files.readAllLines(out).stream().map(String::strip).toList();
  }

  /** Sets what bash sets before it calls the function that completes the last word. */
  private static String bash(String... words) {
    return "COMP_WORDS=("
        + String.join(" ", words)
        + ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\nCOMPREPLY=()\n_complete_polymath\n"
        + "echo \"${COMPREPLY[@]}\"\n";
  }

  @Test
  @DisplayName("lets bash complete commands, options and values")
  void bash() throws IOException, InterruptedException {
    List<String> answers =
        ask(
            "bash",
            List.of("--norc"),
            // A builtin that fails outside a completion.
            "complete -p polymath\ncompopt() { :; }\n"
                + bash("polymath", "ev")
                + bash("./polymath", "train", "--opt")
                + bash("polymath", "train", "--loss", "''")
                + bash("polymath", "train", "--schedule", "''")
                + bash("polymath", "gradcheck", "--loss", "''")
                + bash("polymath", "evaluate", "m", "--data", "li")
                + bash("polymath", "export", "m.safetensors", "--format", "n")
                + bash("polymath", "completion", "f"));
    assertTrue(answers.get(0).contains("_complete_polymath"), answers::toString);
    assertEquals(
        List.of(
            "evaluate",
            "--optimizer",
            "cross-entropy squared-error huber sigmoid-cross-entropy",
            "constant step cosine one-cycle cycles flat-cosine plateau",
            "cross-entropy squared-error huber sigmoid-cross-entropy",
            "lines",
            "npz",
            "fish"),
        answers.subList(1, answers.size()));
  }

  @Test
  @DisplayName("prints for bash where no shell is named")
  void byDefault() {
    assertEquals(script("completion", "bash"), script("completion"));
    assertEquals(script("completion", "bash"), script("completion", "zsh"));
  }

  @Test
  @DisplayName("lets zsh complete commands, options and values")
  void zsh() throws IOException, InterruptedException {
    List<String> answers =
        ask(
            "zsh",
            List.of("-f"),
            "echo ${_comps[polymath]}\nemulate ksh\n"
                + bash("polymath", "ev")
                + bash("polymath", "train", "--opt")
                + bash("polymath", "export", "m.safetensors", "--format", "n"));
    assertTrue(answers.get(0).contains("_complete_polymath"), answers::toString);
    // Only the line editor narrows them to what begins as typed.
    assertTrue(answers.get(1).contains("evaluate"), answers::toString);
    assertTrue(answers.get(2).contains("--optimizer"), answers::toString);
    assertEquals("onnx npz safetensors", answers.get(3));
  }

  @Test
  @DisplayName("lets fish complete commands, options and values")
  void fish() throws IOException, InterruptedException {
    List<String> answers =
        ask(
            "fish",
            List.of("--no-config"),
            """
            complete -C 'polymath ev'
            complete -C './polymath train --opt'
            complete -C 'polymath train --loss '
            complete -C 'polymath export m.safetensors --format n'
            complete -C 'polymath completion f'
            """);
    assertEquals(
        List.of(
            "evaluate", "--optimizer", "cross-entropy", "squared-error", "huber", "npz", "fish"),
        answers.stream().map(line -> line.split("\t")[0]).toList());
  }
}
