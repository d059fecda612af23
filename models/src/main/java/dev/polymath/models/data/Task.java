package dev.polymath.models.data;

/** What a model is to say of an example. */
public enum Task {
  /** Which one of some classes it is of. */
  CLASSIFICATION,

  /** One or more numbers. */
  REGRESSION,

  /** Which of some labels it has: none, one or several. */
  LABELS
}
