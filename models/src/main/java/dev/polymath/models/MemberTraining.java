package dev.polymath.models;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.internal.Randomness;
import dev.polymath.models.metrics.Calibration;
import dev.polymath.models.metrics.LabelPredictions;
import dev.polymath.models.metrics.Predictions;
import dev.polymath.models.metrics.RegressionPredictions;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.Network;
import dev.polymath.models.passes.Inference;
import dev.polymath.models.training.Checkpoint;
import dev.polymath.models.training.Trainer;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingInterruptedException;
import dev.polymath.models.training.TrainingListener;
import dev.polymath.models.training.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Trains the members of a model on the same data, as many at once as the session has threads. Each
 * has its own seed, so that its result depends on no other and on no number of threads.
 */
final class MemberTraining {

  /**
   * Rows that were held out were seen by fewer members than will be averaged, and an average of
   * more is less sure of itself: the temperature is taken half as far from 1, in its logarithm.
   */
  private static final double PARTLY_AVERAGED = 0.5;

  private final List<Network> members;
  private final DataSet data;
  private final @Nullable DataSet held;
  private final TrainingOptions options;
  private final InputScaling scaling;
  private final ModelOutput output;
  private final DataSet given;
  private final @Nullable DataSet givenHeld;
  private final AtomicBoolean failed = new AtomicBoolean();
  private final AtomicBoolean interrupted = new AtomicBoolean();
  private final Stopping asking;
  private List<Integer> soFar = List.of();
  private @Nullable TrainingHistory trained;

  /**
   * @param held validation examples of their own; null where the options decide what is held out
   * @param scaling that the parameters were trained with; null for new networks
   * @param output that they were trained with; null for new networks
   */
  MemberTraining(
      List<Network> members,
      DataSet data,
      @Nullable DataSet held,
      TrainingOptions options,
      @Nullable InputScaling scaling,
      @Nullable ModelOutput output) {
    this.members = members;
    this.given = data;
    this.givenHeld = held;
    this.options = options.decidedFor(data);
    this.asking = new Stopping();
    DataSet train = data;
    DataSet validation = held;
    if (held == null && options.folds() == 0 && options.validation() > 0) {
      // The same examples for all: what is held out must not depend on a member's seed.
      TrainTest parts = data.split(options.validation(), options.seed());
      train = parts.train();
      validation = parts.test();
    }
    this.data = train;
    this.held = validation;
    this.scaling = Trainer.scaling(scaling, train, this.options);
    this.output = Trainer.output(output, train);
  }

  /** The examples of one member. */
  private record Share(DataSet train, @Nullable DataSet held) {}

  private Share share(int member) {
    int folds = options.folds();
    if (folds == 0) {
      return new Share(data, held);
    }
    int[] fold = folds(member);
    int own = member % folds;
    return new Share(data.subset(where(fold, own, false)), data.subset(where(fold, own, true)));
  }

  /** The fold of each example: members share a partition until each fold was held out once. */
  private int[] folds(int member) {
    int partition = member / options.folds();
    return data.folds(options.folds(), Randomness.memberSeed(options.seed(), partition));
  }

  private static int[] where(int[] fold, int own, boolean equal) {
    return IntStream.range(0, fold.length).filter(i -> fold[i] == own == equal).toArray();
  }

  /** The scaling of the features that all members share. */
  InputScaling scaling() {
    return scaling;
  }

  /** What the outputs mean; numeric targets with the scaling that all members share. */
  ModelOutput output() {
    return output;
  }

  /**
   * Trains all members.
   *
   * @return the run of the first, with the steps and the time of all
   * @throws TrainingInterruptedException if a listener breaks the run off; {@link #soFar()} is set
   */
  TrainingHistory run() {
    long start = System.nanoTime();
    Checkpoint.Run kept = Checkpoint.start(members, options, given, givenHeld, scaling, output);
    int threads = Math.max(1, Math.min(members.size(), members.get(0).backend().info().threads()));
    ExecutorService workers =
        Executors.newFixedThreadPool(
            threads,
            work -> {
              Thread thread = new Thread(work, "polymath-member");
              thread.setDaemon(true);
              return thread;
            });
    List<Future<TrainingHistory>> runs = new ArrayList<>();
    try {
      for (int m = 0; m < members.size(); m++) {
        int member = m;
        runs.add(workers.submit(() -> train(member, kept)));
      }
      List<TrainingHistory> histories = new ArrayList<>();
      for (Future<TrainingHistory> run : runs) {
        TrainingHistory history = result(run);
        histories.add(history);
        for (TrainingListener listener : options.listeners()) {
          listener.member(histories.size(), members.size(), history);
        }
      }
      TrainingHistory first = histories.get(0);
      soFar = IntStream.range(0, members.size()).boxed().toList();
      trained =
          new TrainingHistory(
              first.epochs(),
              first.kept(),
              first.ending(),
              options,
              histories.stream().mapToLong(TrainingHistory::steps).sum(),
              (kept == null ? 0 : kept.secondsBefore()) + (System.nanoTime() - start) * 1e-9);
      return trained;
    } catch (TrainingInterruptedException e) {
      interrupted.set(true);
      workers.shutdown();
      awaitEnd(workers); // Each keeps itself after the step that it is at.
      soFar = soFar(runs);
      throw e;
    } finally {
      failed.set(true); // Whoever still runs has no one to run for.
      workers.shutdown();
      awaitEnd(workers);
    }
  }

  /** Nobody may use the networks before the last thread is gone. */
  private static void awaitEnd(ExecutorService workers) {
    boolean interrupted = false;
    while (!workers.isTerminated()) {
      try {
        workers.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static TrainingHistory result(Future<TrainingHistory> run) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return run.get();
        } catch (InterruptedException e) {
          interrupted = true; // A training goes on to its end, interrupted or not.
        } catch (ExecutionException e) {
          if (e.getCause() instanceof RuntimeException cause) {
            throw cause;
          }
          if (e.getCause() instanceof Error cause) {
            throw cause;
          }
          throw new IllegalStateException(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The members that a model has so far: those with an epoch or, if there are none, a step. */
  private static List<Integer> soFar(List<Future<TrainingHistory>> runs) {
    List<Integer> epochs = new ArrayList<>();
    List<Integer> steps = new ArrayList<>();
    for (int m = 0; m < runs.size(); m++) {
      try {
        result(runs.get(m));
        epochs.add(m);
        steps.add(m);
      } catch (TrainingInterruptedException e) {
        if (e.ended() > 0) {
          epochs.add(m);
        }
        if (e.step() > 0) {
          steps.add(m);
        }
      }
    }
    return epochs.isEmpty() ? steps : epochs;
  }

  /** Which members have learned something, after an interruption. */
  List<Integer> soFar() {
    return soFar;
  }

  private TrainingHistory train(int member, Checkpoint.@Nullable Run kept) {
    if (failed.get()) {
      throw new CancellationException();
    }
    Stopping stopping = new Stopping();
    if (stopping.interruptsRun()) {
      throw new TrainingInterruptedException(0, 1, 0, 0);
    }
    TrainingOptions own =
        options
            .seed(Randomness.memberSeed(options.seed(), member))
            .folds(0)
            .validation(0)
            .listener(stopping);
    if (member > 0) {
      own = own.withoutListeners().listener(stopping);
    }
    if (kept != null) {
      own = own.listener(kept.member(member));
    }
    Share share = share(member);
    try (Trainer trainer =
        new Trainer(members.get(member), share.train(), share.held(), own, scaling, output)) {
      return trainer.run();
    } catch (TrainingInterruptedException e) {
      interrupted.set(true);
      throw e;
    } catch (Throwable e) {
      failed.set(true);
      throw e;
    }
  }

  /** Ends the runs of all members once one has failed, or one is broken off. */
  private final class Stopping implements TrainingListener {

    // An array: iterating a list would allocate an iterator a step.
    private final TrainingListener[] asked = options.listeners().toArray(new TrainingListener[0]);

    @Override
    public void epoch(TrainingHistory.Epoch result) {}

    @Override
    public boolean endsRun() {
      return failed.get();
    }

    /** Each member asks all listeners, though the first alone hears of its run. */
    @Override
    public boolean interruptsRun() {
      for (int i = 0; i < asked.length && !interrupted.get(); i++) {
        if (asked[i].interruptsRun()) {
          interrupted.set(true);
        }
      }
      return interrupted.get();
    }
  }

  /** Before each block of the examples that were held out: of many, they may take minutes. */
  private void requireGoingOn() {
    TrainingHistory whole = trained;
    if (whole != null && asking.interruptsRun()) {
      int epochs = whole.epochs().size();
      throw new TrainingInterruptedException(whole.steps(), epochs, whole.steps(), epochs);
    }
  }

  /** Whether there were examples that some members were not trained on. */
  boolean holdsOut() {
    return held != null || options.folds() > 0;
  }

  /**
   * The temperature of the averaged probabilities.
   *
   * @param unseen what {@link #heldOut()} says before it is applied
   */
  double temperature(Predictions unseen) {
    boolean partly = held == null && members.size() > (members.size() - 1) / options.folds() + 1;
    double trusted = Calibration.trustedTemperature(unseen);
    return StrictMath.pow(trusted, partly ? PARTLY_AVERAGED : 1);
  }

  /**
   * What the members say of examples that they were not trained on: all of those held out from all,
   * or each of the fold that was held out from it, averaged.
   *
   * @throws IllegalStateException if nothing was held out
   * @throws TrainingInterruptedException if a listener breaks it off; {@link #soFar()} has all
   *     members then
   */
  Unseen heldOut() {
    if (!holdsOut()) {
      throw new IllegalStateException("fit: no examples were held out");
    }
    return switch (output.task()) {
      case CLASSIFICATION -> new Unseen(heldOutClasses(), null, null);
      case REGRESSION -> new Unseen(null, heldOutNumbers(), null);
      case LABELS -> new Unseen(null, null, heldOutLabels());
    };
  }

  private Predictions heldOutClasses() {
    if (held != null) {
      try (Inference all = new Inference(members, this::requireGoingOn)) {
        return all.predictions(held.sample(Trainer.MOST_JUDGED), scaling);
      }
    }
    Means means =
        means(
            data.classes(),
            (member, part) -> {
              Predictions said = member.predictions(part, scaling);
              return (i, c) -> said.probability(i, c);
            });
    int[] labels = IntStream.of(means.seen()).map(data::label).toArray();
    return new Predictions(data.classNames(), labels, means.probabilities());
  }

  private LabelPredictions heldOutLabels() {
    ModelOutput.Labels labels = (ModelOutput.Labels) output;
    if (held != null) {
      try (Inference all = new Inference(members, this::requireGoingOn)) {
        return all.predictions(held, scaling, labels);
      }
    }
    int width = data.outputs();
    Means means =
        means(
            width,
            (member, part) -> {
              LabelPredictions said = member.predictions(part, scaling, labels);
              return (i, j) -> said.probability(i, j);
            });
    boolean[] actual = new boolean[means.values().length];
    for (int i = 0; i < actual.length; i++) {
      actual[i] = data.target(means.seen()[i / width], i % width) == 1;
    }
    return new LabelPredictions(
        data.targetNames(), actual, means.probabilities(), labels.thresholds());
  }

  private RegressionPredictions heldOutNumbers() {
    ModelOutput.Targets targets = (ModelOutput.Targets) output;
    if (held != null) {
      try (Inference all = new Inference(members, this::requireGoingOn)) {
        return all.predictions(held.sample(Trainer.MOST_JUDGED), scaling, targets);
      }
    }
    int width = data.outputs();
    Means means =
        means(
            width,
            (member, part) -> {
              RegressionPredictions said = member.predictions(part, scaling, targets);
              return said::predicted;
            });
    double[] actual = new double[means.values().length];
    for (int i = 0; i < actual.length; i++) {
      actual[i] = data.target(means.seen()[i / width], i % width);
    }
    return new RegressionPredictions(data.targetNames(), actual, means.values());
  }

  /** What one member says of some examples. */
  private interface Said {
    double of(int example, int output);
  }

  private interface Asking {
    Said ask(Inference member, DataSet part);
  }

  /**
   * The mean of what the members say of their folds.
   *
   * @param seen the examples that were held out from any member, in order
   * @param values [seen, outputs] row by row
   */
  private record Means(int[] seen, double[] values) {

    /** The values as probabilities: rounding must not take one above 1. */
    float[] probabilities() {
      float[] probabilities = new float[values.length];
      for (int i = 0; i < probabilities.length; i++) {
        probabilities[i] = (float) Math.min(1, values[i]);
      }
      return probabilities;
    }
  }

  private Means means(int outputs, Asking asking) {
    double[] sums = new double[data.size() * outputs];
    int[] counts = new int[data.size()];
    for (int m = 0; m < members.size(); m++) {
      int[] rows = where(folds(m), m % options.folds(), true);
      try (Inference one = new Inference(List.of(members.get(m)), this::requireGoingOn)) {
        Said said = asking.ask(one, data.subset(rows));
        for (int i = 0; i < rows.length; i++) {
          counts[rows[i]]++;
          for (int c = 0; c < outputs; c++) {
            sums[rows[i] * outputs + c] += said.of(i, c);
          }
        }
      }
    }
    int[] seen = IntStream.range(0, counts.length).filter(i -> counts[i] > 0).toArray();
    double[] values = new double[seen.length * outputs];
    for (int i = 0; i < values.length; i++) {
      int example = seen[i / outputs];
      values[i] = sums[example * outputs + i % outputs] / counts[example];
    }
    return new Means(seen, values);
  }
}
