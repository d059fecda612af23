package dev.polymath.cli.terminal;

import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingListener;
import java.util.List;
import java.util.Locale;

/** Tells how far the training of several members is: a line for each, once it has been trained. */
public final class MemberProgress implements TrainingListener {

  private final StatusLine line;
  private final int members;
  private volatile int trained;

  public MemberProgress(StatusLine line, int members) {
    this.line = line;
    this.members = members;
  }

  /** Only the first member is heard of while it is trained; the others are not far from it. */
  @Override
  public void step(TrainingListener.Step step) {
    if (trained == 0) {
      double done = (double) step.number() / step.steps();
      String text = String.format(Locale.ROOT, "member 1/%d  epoch %d", members, step.epoch());
      line.show(() -> List.of(text + "  " + StatusLine.bar(done), text));
    }
  }

  @Override
  public void epoch(TrainingHistory.Epoch result) {}

  @Override
  public void member(int member, int members, TrainingHistory history) {
    trained = member;
    TrainingHistory.Epoch kept = history.keptEpoch();
    int digits = Integer.toString(members).length();
    String name = String.format(Locale.ROOT, "member %" + digits + "d/%d", member, members);
    String epochs =
        String.format(Locale.ROOT, "epoch %3d of %3d", kept.epoch(), history.epochs().size());
    String quality =
        TrainingProgress.quality(
            "validation %5.2f %%", kept.validationAccuracy(), "validation ", kept.validationRmse());
    String loss =
        Double.isNaN(kept.validationLoss())
            ? String.format(Locale.ROOT, "loss %.4f", kept.loss())
            : String.format(Locale.ROOT, "loss %.4f", kept.validationLoss());
    line.print(
        List.of(
            TrainingProgress.joined(name, epochs, quality, loss),
            TrainingProgress.joined(name, quality, loss),
            TrainingProgress.joined(name, loss),
            name));
  }
}
