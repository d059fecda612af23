package dev.polymath.models.monitor;

import java.util.List;

/**
 * What a run looked like from inside, in plain words.
 *
 * @param summary one line: that all is well, how much was found, or that the run was too short to
 *     judge
 * @param findings causes before their consequences; none where all is well
 */
public record Verdict(String summary, List<Finding> findings) {

  public Verdict {
    findings = List.copyOf(findings);
  }

  /** The summary, and a line for each finding. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(summary);
    for (Finding finding : findings) {
      text.append(System.lineSeparator()).append("- ").append(finding);
    }
    return text.toString();
  }
}
