package dev.polymath.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;

/** One run of the command within the test's JVM. */
record Command(int code, String out, String err) {

  static Command run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    return new Command(code, out.toString(), err.toString());
  }

  /** The command has done what it should, and complained of nothing. */
  static String done(String... arguments) {
    Command run = run(arguments);
    assertEquals("", run.err);
    assertEquals(0, run.code);
    return run.out;
  }

  /** The command says in one sentence why it can't, and shows no stack trace. */
  static void fails(int code, String sentence, String... arguments) {
    Command run = run(arguments);
    assertTrue(run.err.startsWith("polymath: "), run.err);
    assertTrue(run.err.contains(sentence), run.err);
    assertFalse(run.err.contains("Exception") || run.err.contains("\tat "), run.err);
    assertTrue(run.err.lines().count() <= 2, run.err);
    assertEquals(code, run.code, run.err);
  }
}
