package dev.polymath.spark;

/** A row from which no features can be taken; the message names the column. */
final class BadRowException extends Exception {

  private static final long serialVersionUID = 1;

  BadRowException(String message) {
    // No stack trace: rows may be skipped by the million.
    super(message, null, false, false);
  }
}
