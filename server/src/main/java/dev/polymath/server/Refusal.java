package dev.polymath.server;

/** A request that is not served, with the sentence that says why. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;
  private final int retryAfter;

  private Refusal(int status, int retryAfter, String sentence) {
    // Refusals are answers, not defects: nobody reads their stack.
    super(sentence, null, false, false);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** The request itself is wrong. */
  static Refusal of(int status, String sentence) {
    return new Refusal(status, 0, sentence);
  }

  /** The server has too much to do; it is worth trying again after some seconds. */
  static Refusal busy(String sentence) {
    return new Refusal(503, 1, sentence);
  }

  int status() {
    return status;
  }

  /** Seconds until another try is worth it; 0 if it never is. */
  int retryAfter() {
    return retryAfter;
  }

  String sentence() {
    return String.valueOf(getMessage());
  }
}
