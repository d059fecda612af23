package dev.polymath.cli.terminal;

import java.util.List;

/** Work of many steps as it goes: on a terminal a bar, how much is done and how long it takes. */
public final class WorkProgress {

  private final StatusLine line;
  private final String what;
  private final Estimate estimate = new Estimate(System::nanoTime);

  /**
   * @param what is being done, in a word
   */
  public WorkProgress(StatusLine line, String what) {
    this.line = line;
    this.what = what;
  }

  /** A step has ended, after which so much of the work is done. */
  public void show(double done) {
    estimate.step(done);
    line.show(
        () -> {
          String percent = what + " " + Math.round(100 * done) + " %";
          String left = estimate.left(done);
          String bar = percent + "  " + StatusLine.bar(done);
          return left.isEmpty()
              ? List.of(bar, percent)
              : List.of(bar + "  " + left, percent + "  " + left, percent);
        });
  }

  /** Prints a line that stays, in place of the moving one. */
  public void print(String text) {
    line.print(List.of(text));
  }
}
