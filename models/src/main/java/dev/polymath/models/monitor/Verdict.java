package dev.polymath.models.monitor;

import java.util.List;
import java.util.Objects;

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

  /** How much a finding weighs. */
  public enum Severity {
    /** The run did not do what it was meant to, or cannot as it is set up. */
    PROBLEM,

    /** The run works, and would work better. */
    WARNING
  }

  /**
   * One thing that was seen in a run.
   *
   * @param kind what it is
   * @param severity how much it weighs
   * @param layer the layer it was seen in, from 1; 0 where it concerns the whole run
   * @param seen a sentence with the numbers, without a full stop
   * @param advice what to try, the likeliest first; without a full stop
   */
  public record Finding(
      Kind kind, Verdict.Severity severity, int layer, String seen, String advice) {

    /** What can be found, the causes before their consequences. */
    public enum Kind {
      /** The loss or a parameter is not finite any more; the run stopped. */
      DIVERGED,

      /**
       * Updates changed a weight by more than 5 % of itself in three samples or more, and the run
       * was harmed: units died, activations saturated, the loss rose or accuracy stayed at chance.
       * Or the loss alone rose well above where it began. The usual size of an update is 0.1 % of
       * the weight (Karpathy's CS231n notes, "Ratio of weights:updates"); at 5 %, twenty steps
       * replace it.
       */
      LEARNING_RATE_TOO_LARGE,

      /**
       * With the squared error, at least a fifth of the examples in the first half of the run had a
       * probability above 0.99 for a wrong class. The gradient of an example has the factor p(1 −
       * p), there below 0.01: what is most wrong teaches least. With the cross-entropy it is 1 − p.
       */
      SATURATED_OUTPUT,

      /**
       * At least 30 % of a layer's sigmoids or tanhs were saturated in the first samples, where a
       * scaled initialisation on scaled inputs leaves below 3 %, and training did not go on from a
       * trained network. Or at least 85 % in the last quarter, and the training accuracy ended
       * below 90 %: that some saturate while a network learns, half of them in the default recipe,
       * is how it gets sure.
       */
      SATURATED_ACTIVATIONS,

      /**
       * In three samples or more a gradient was above 10 times the norm of its own weight, or of
       * one from Xavier's initialisation if that is larger: plain gradient descent at a rate of 0.1
       * would replace the weight in one step. 0.1 times is common.
       */
      EXPLODING_GRADIENTS,

      /**
       * The gradient of a layer's weight was, in half of the samples, above 100 times smaller than
       * the last layer's: one learning rate then cannot fit both. Or no weight had a gradient.
       */
      VANISHING_GRADIENTS,

      /**
       * At least 90 % of a layer's ReLU units, and four of them, put out 0 for 256 examples or more
       * to the end, and the training accuracy ended below 90 %. At least half, where large updates
       * or the initialisation explain it. Without either, some always do: 15 to 40 % behind a layer
       * of sigmoids, up to 70 % on small tables that are learned well.
       */
      DEAD_UNITS,

      /**
       * No layer's updates reached 0.03 % of its weight in one sample in four, a third of the usual
       * 0.1 %, and the loss kept more than 70 % of where it began.
       */
      LEARNING_RATE_TOO_SMALL,

      /**
       * The training accuracy at the end was no better than always naming the most frequent class,
       * within three standard errors. Or, of numeric targets, less than 1 % of their variance was
       * explained in the last third of the samples.
       */
      STUCK_AT_CHANCE,

      /**
       * 20 examples or more of a class went by in the samples to the end, and nothing was ever it.
       */
      CLASS_NEVER_PREDICTED,

      /**
       * The accuracy on the examples held out, or on the test examples where none were, was more
       * than 5 points below the training accuracy at the end, by more than three of its standard
       * errors. Or, of numeric targets, the test's R² was more than 15 points below what was
       * explained of the training targets, on 50 test examples or more.
       */
      OVERFITTING,

      /**
       * The accuracy on the examples held out kept up with the training accuracy, and that on the
       * test examples was more than 5 points and three of its standard errors below.
       */
      TEST_DIFFERS,

      /**
       * The accuracy on the test examples was at most one standard error above that of always
       * naming their most frequent class, and the training accuracy was not at chance.
       */
      NO_BETTER_THAN_ONE_CLASS,

      /** R² on the test examples was at most 0, and the training was not at the mean. */
      NO_BETTER_THAN_THE_MEAN,

      /**
       * Less than half of a class's test examples were found, where the class has 5 of them or more
       * and less than half as many as it would have if all classes were equally frequent.
       */
      RARE_CLASS_MISSED
    }

    public Finding {
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(severity, "severity");
      Objects.requireNonNull(seen, "seen");
      Objects.requireNonNull(advice, "advice");
    }

    /** What was seen, a semicolon, and what to try. */
    @Override
    public String toString() {
      return seen + "; " + advice;
    }
  }
}
