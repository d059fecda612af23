package dev.polymath.models.monitor;

/** How much a finding weighs. */
public enum Severity {
  /** The run did not do what it was meant to, or cannot as it is set up. */
  PROBLEM,

  /** The run works, and would work better. */
  WARNING
}
