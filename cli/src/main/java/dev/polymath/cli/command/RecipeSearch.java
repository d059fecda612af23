package dev.polymath.cli.command;

import dev.polymath.Backend;
import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import dev.polymath.models.MultiLabelClassifier;
import dev.polymath.models.Regressor;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.data.Task;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.metrics.LabelPredictions;
import dev.polymath.models.metrics.Predictions;
import dev.polymath.models.metrics.RegressionPredictions;
import dev.polymath.models.training.TrainingDivergedException;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingListener;
import dev.polymath.models.training.TrainingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Trains the trials of a search on one part of the training examples and judges them on the other:
 * classes and labels by log loss, numbers by squared error. As many are trained at once as the
 * session has threads; each has the same seed, so that its result depends on no other.
 */
final class RecipeSearch implements Halving.Judge {

  /** The fraction of the training examples that all trials are judged on. */
  static final double HELD_OUT = 0.2;

  private static final int FEWEST = 10;
  private static final double LEAST_PROBABILITY = Float.MIN_VALUE;

  private final Backend session;
  private final DataSet all;
  private final TrainTest parts;
  private final List<TrialRecipe> recipes;
  private final TrainingListener stop;
  private final DoubleConsumer progress;
  private final double[] @Nullable [] rows;
  private final Halving halving;
  private final AtomicBoolean failed = new AtomicBoolean();
  private long epochsDone;

  /**
   * @param all training examples, at least 10
   * @param parts of them: to train on and to judge on
   * @param recipes one for each trial, the default recipe first
   * @param stop asked after every step whether all is to be broken off
   * @param progress told the fraction done, by one thread at a time
   */
  RecipeSearch(
      Backend session,
      DataSet all,
      TrainTest parts,
      List<TrialRecipe> recipes,
      TrainingListener stop,
      DoubleConsumer progress) {
    this.session = session;
    this.all = all;
    this.parts = parts;
    this.recipes = List.copyOf(recipes);
    this.stop = stop;
    this.progress = progress;
    rows = new double[recipes.size()][];
    halving = new Halving(recipes.size(), recipes.get(0).options(all).epochs());
  }

  /**
   * Cuts the training examples in two, each class alike.
   *
   * @throws IllegalArgumentException if they are too few to be judged on
   */
  static TrainTest parts(DataSet all, long seed) {
    if (all.size() < FEWEST) {
      throw new IllegalArgumentException(
          "--trials: expected at least " + FEWEST + " training examples, found " + all.size());
    }
    return all.split(HELD_OUT, seed);
  }

  /** The plan and, after {@link #run}, the losses. */
  Halving halving() {
    return halving;
  }

  /**
   * Tries all.
   *
   * @throws dev.polymath.models.training.TrainingInterruptedException if {@code stop} breaks it off
   */
  void run() {
    halving.run(this);
  }

  /** The loss of each held-out example in a trial's last round; squares of errors for numbers. */
  double[] rows(int trial) {
    double[] found = rows[trial];
    if (found == null) {
      throw new IllegalArgumentException("trial " + trial + " failed");
    }
    return found;
  }

  @Override
  public void judge(int epochs, int[] trials, Halving.Result result) {
    int threads = Math.max(1, Math.min(trials.length, session.info().threads()));
    ExecutorService workers =
        Executors.newFixedThreadPool(
            threads,
            work -> {
              Thread thread = new Thread(work, "polymath-trial");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<Double>> results = new ArrayList<>();
      for (int trial : trials) {
        results.add(workers.submit(() -> loss(trial, epochs)));
      }
      for (int i = 0; i < trials.length; i++) {
        result.is(trials[i], result(results.get(i)));
      }
    } finally {
      failed.set(true); // Whoever still runs has no one to run for.
      workers.shutdown();
      awaitEnd(workers);
      failed.set(false);
    }
  }

  private static double result(Future<Double> run) {
    try {
      return run.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the search was interrupted", e);
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

  /** The session may not be closed before the last thread is gone. */
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

  private double loss(int trial, int epochs) {
    TrialRecipe recipe = recipes.get(trial);
    Model model = recipe.network().build(session, all, recipe.initialization(), recipe.seed());
    double loss;
    try {
      fit(model, options(recipe, epochs).listener(new Stopping()));
      double[] judged = judged(model);
      rows[trial] = judged;
      double mean = Arrays.stream(judged).sum() / judged.length;
      loss = all.task() == Task.REGRESSION ? Math.sqrt(mean) : mean;
    } catch (TrainingDivergedException e) {
      rows[trial] = null;
      loss = Double.NaN;
    }
    done(epochs);
    return loss;
  }

  /** As the recipe is, but for what it holds out: that is the same for all. */
  private TrainingOptions options(TrialRecipe recipe, int epochs) {
    return recipe.options(all).folds(0).validation(0).epochs(epochs).decidedFor(all);
  }

  private TrainingHistory fit(Model model, TrainingOptions options) {
    if (model instanceof Classifier classifier) {
      return classifier.fit(parts.train(), parts.test(), options);
    }
    return model instanceof Regressor regressor
        ? regressor.fit(parts.train(), parts.test(), options)
        : ((MultiLabelClassifier) model).fit(parts.train(), parts.test(), options);
  }

  private synchronized void done(int epochs) {
    epochsDone += epochs;
    progress.accept(Math.min(1, (double) epochsDone / halving.epochs()));
  }

  /** The loss of each example that was held out. */
  private static double[] judged(Model model) {
    if (model instanceof Classifier classifier) {
      Predictions said = classifier.heldOut().orElseThrow();
      return IntStream.range(0, said.size())
          .mapToDouble(i -> surprise(said.probability(i, said.label(i))))
          .toArray();
    }
    if (model instanceof Regressor regressor) {
      return squares(regressor.heldOut().orElseThrow(), regressor.targets());
    }
    LabelPredictions said = ((MultiLabelClassifier) model).heldOut().orElseThrow();
    return IntStream.range(0, said.size()).mapToDouble(i -> surprise(said, i)).toArray();
  }

  private static double surprise(LabelPredictions said, int example) {
    double sum = 0;
    for (int j = 0; j < said.labels(); j++) {
      double probability = said.probability(example, j);
      sum += surprise(said.has(example, j) ? probability : 1 - probability);
    }
    return sum / said.labels();
  }

  private static double surprise(double probability) {
    return -StrictMath.log(Math.max(LEAST_PROBABILITY, probability));
  }

  /** Of a single target in its own unit, of several in standard deviations of each. */
  private static double[] squares(RegressionPredictions said, ModelOutput.Targets targets) {
    double[] squares = new double[said.size()];
    for (int i = 0; i < squares.length; i++) {
      for (int j = 0; j < said.targets(); j++) {
        double unit = said.targets() == 1 ? 1 : targets.targets().get(j).scale();
        double error = said.residual(i, j) / (unit == 0 ? 1 : unit);
        squares[i] += error * error / said.targets();
      }
    }
    return squares;
  }

  /** Breaks all trials off where somebody asks for it, or one of them has failed. */
  private final class Stopping implements TrainingListener {
    @Override
    public void epoch(TrainingHistory.Epoch result) {}

    @Override
    public boolean interruptsRun() {
      return failed.get() || stop.interruptsRun();
    }
  }
}
