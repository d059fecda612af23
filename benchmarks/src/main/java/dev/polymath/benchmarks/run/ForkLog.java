package dev.polymath.benchmarks.run;

import dev.polymath.benchmarks.report.RunInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Everything that JMH and its forks print, on its way into the log. Two kinds of lines are kept:
 * what a backend said when it was opened, and why a fork failed.
 */
final class ForkLog extends OutputStream {

  private static final Pattern SESSION =
      Pattern.compile(
          "# BackendInfo\\[name=(.*), version=(.*), threads=(\\d+), runsOn=(.*),"
              + " allocationFree=\\w+\\]");

  private final OutputStream log;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final Set<RunInfo.Session> sessions = new LinkedHashSet<>();
  private int asked;
  private String failure = "";
  private boolean failing;

  ForkLog(OutputStream log) {
    this.log = log;
  }

  /** A new combination begins, with so many threads asked for. */
  void begin(int threads) {
    asked = threads;
    failure = "";
    failing = false;
  }

  Set<RunInfo.Session> sessions() {
    return sessions;
  }

  /** Why the last combination failed; empty if it did not say. */
  String failure() {
    return failure;
  }

  @Override
  public void write(int b) throws IOException {
    log.write(b);
    if (b == '\n') {
      line(line.toString(StandardCharsets.UTF_8).strip());
      line.reset();
    } else {
      line.write(b);
    }
  }

  private void line(String text) {
    Matcher session = SESSION.matcher(text);
    if (session.find()) { // Behind the head of the iteration that it was printed in.
      sessions.add(
          new RunInfo.Session(
              session.group(1),
              asked,
              Integer.parseInt(session.group(3)),
              session.group(2),
              session.group(4)));
    } else if (text.equals("<failure>")) {
      failing = true;
    } else if (failing && !text.isEmpty()) {
      failure = text;
      failing = false;
    }
  }

  @Override
  public void flush() throws IOException {
    log.flush();
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}
