package dev.polymath.models;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.EncodedColumn;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.data.TableEncoder;
import dev.polymath.models.data.Task;
import dev.polymath.models.internal.Argmax;
import dev.polymath.models.internal.Randomness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;

/**
 * How much a model's figures rest on each column: permutation importance (Breiman 2001, <i>Random
 * Forests</i>; Fisher, Rudin and Dominici 2019).
 *
 * <p>A column's values are shuffled among the examples, all others stay, and the model predicts
 * again. What the error rises by is the column's importance. All features that were made of one
 * column of a table move together. It says what this model uses, not what causes the target; two
 * columns that say the same share their importance, or both have little.
 *
 * @param task what the model tells: a class, numbers or labels
 * @param examples how many, at least 2
 * @param repeats how often each column was shuffled, at least 1
 * @param error of the model with nothing shuffled: the log loss of classes in nats, of labels the
 *     mean over examples and labels; the RMSE of a single target in its unit; of several targets
 *     the mean of RMSE / deviation
 * @param score of the model with nothing shuffled: the accuracy of classes; of labels the fraction
 *     told right; of numbers R², of several targets the mean
 * @param columns the most important first
 */
public record Importance(
    Task task, int examples, int repeats, double error, double score, List<Column> columns) {

  private static final int BLOCK = 512;

  public Importance {
    columns = List.copyOf(columns);
  }

  /**
   * What shuffling one column does.
   *
   * @param name of the column
   * @param features how many features of the model are made of it
   * @param errorRise by how much the error rises, the mean over the repeats; below 0 where the
   *     model does better without the column
   * @param errorSpread standard deviation of the rise over the repeats, with repeats − 1 in the
   *     denominator; 0 for one repeat
   * @param scoreDrop by how much the score falls, the mean over the repeats
   * @param scoreSpread standard deviation of the drop, likewise
   */
  public record Column(
      String name,
      int features,
      double errorRise,
      double errorSpread,
      double scoreDrop,
      double scoreSpread) {}

  /**
   * Measures the importance of each column. The model predicts the examples once for each column
   * and repeat.
   *
   * @param data examples that the model was not trained on; classes or targets and, where they have
   *     names, columns are matched by name
   * @param repeats how often each column is shuffled, at least 1
   * @param seed of the shuffling; the same gives the same orders on every JDK
   * @throws IllegalArgumentException if the model is of pictures, the data don't fit it, or there
   *     is only one example
   */
  public static Importance of(Model model, DataSet data, int repeats, long seed) {
    return of(model, data, repeats, seed, done -> {});
  }

  /**
   * The same, with word of how far it is.
   *
   * @param progress is given what is done so far, as a fraction from 0 to 1, after each prediction
   *     of all examples
   */
  public static Importance of(
      Model model, DataSet data, int repeats, long seed, DoubleConsumer progress) {
    if (repeats < 1) {
      throw new IllegalArgumentException(
          "importance: repeats: expected at least 1, found " + repeats);
    }
    requireColumns(model.input());
    DataSet examples = matched(model, data);
    if (examples.size() < 2) {
      throw new IllegalArgumentException("importance: expected at least 2 examples, found 1");
    }
    return new Measurement(model, examples).run(repeats, seed, progress);
  }

  /**
   * Throws where a model has no columns to shuffle.
   *
   * @throws IllegalArgumentException if the model is of pictures
   */
  public static void requireColumns(ModelInput input) {
    if (input instanceof ModelInput.Pictures) {
      throw new IllegalArgumentException(
          "importance: expected a model of a table or of plain numbers, found one of pictures: a"
              + " pixel alone says nothing");
    }
  }

  /** How many columns a model has that can be shuffled. */
  public static int columns(ModelInput input) {
    return groups(input).size();
  }

  private static DataSet matched(Model model, DataSet data) {
    if (data.task() != model.task()) {
      throw new IllegalArgumentException(
          "importance: the model is of "
              + word(model.task())
              + ", the data set has "
              + word(data.task()));
    }
    DataSet fitted = data.fittedTo(model.input());
    return data.task() == Task.CLASSIFICATION
        ? fitted.withClassNames(model.outputNames())
        : fitted.withTargetNames(model.outputNames());
  }

  private static String word(Task task) {
    return switch (task) {
      case CLASSIFICATION -> "classes";
      case REGRESSION -> "numeric targets";
      case LABELS -> "several labels";
    };
  }

  /** The features that move together: those from {@code from} on. */
  private record Group(String name, int from, int features) {}

  private static List<Group> groups(ModelInput input) {
    List<Group> groups = new ArrayList<>();
    if (input instanceof ModelInput.Columns columns) {
      TableEncoder encoder = columns.encoder();
      List<EncodedColumn> all = encoder.columns();
      int from = 0;
      for (int i = 0; i < all.size(); i++) {
        int features = all.get(i).width();
        if (features > 0) {
          groups.add(new Group(encoder.columnNames().get(i), from, features));
        }
        from += features;
      }
      return groups;
    }
    List<String> names = input.table().names();
    for (int i = 0; i < input.features(); i++) {
      groups.add(new Group(names.isEmpty() ? "feature " + (i + 1) : names.get(i), i, 1));
    }
    return groups;
  }

  /** The model's figures on examples. */
  private record Figures(double error, double score) {}

  /** One model on one set of examples. */
  private static final class Measurement {

    private final Model model;
    private final DataSet data;
    private final int[] inOrder;
    private final float[] block;
    private final float[] other;
    private final Outcome outcome;

    Measurement(Model model, DataSet data) {
      this.model = model;
      this.data = data;
      this.inOrder = IntStream.range(0, data.size()).toArray();
      this.block = new float[Math.min(BLOCK, data.size()) * data.features()];
      this.other = new float[block.length];
      this.outcome =
          model instanceof Classifier classifier
              ? new ClassOutcome(classifier, data)
              : model instanceof Regressor regressor
                  ? new NumberOutcome(regressor, data)
                  : new LabelOutcome((MultiLabelClassifier) model, data);
    }

    Importance run(int repeats, long seed, DoubleConsumer progress) {
      Figures whole = figures(new Group("", 0, 0), inOrder);
      List<Group> groups = groups(model.input());
      List<Column> columns = new ArrayList<>();
      for (int g = 0; g < groups.size(); g++) {
        double[] rises = new double[repeats];
        double[] drops = new double[repeats];
        for (int r = 0; r < repeats; r++) {
          int[] order = inOrder.clone();
          new Randomness(seed, Randomness.Purpose.IMPORTANCE, g, r).shuffle(order);
          Figures shuffled = figures(groups.get(g), order);
          rises[r] = shuffled.error() - whole.error();
          drops[r] = whole.score() - shuffled.score();
          progress.accept((g * repeats + r + 1.0) / (groups.size() * repeats));
        }
        Group group = groups.get(g);
        columns.add(
            new Column(
                group.name(),
                group.features(),
                mean(rises),
                deviation(rises),
                mean(drops),
                deviation(drops)));
      }
      columns.sort(Comparator.comparingDouble(Column::errorRise).reversed());
      return new Importance(
          model.task(), data.size(), repeats, whole.error(), whole.score(), columns);
    }

    /** The figures where example i has the group's features of example {@code order[i]}. */
    private Figures figures(Group group, int[] order) {
      int width = data.features();
      outcome.begin();
      for (int from = 0; from < order.length; from += BLOCK) {
        int rows = Math.min(BLOCK, order.length - from);
        data.gather(inOrder, from, rows, block);
        if (group.features() > 0) {
          data.gather(order, from, rows, other);
          for (int row = 0; row < rows; row++) {
            int at = row * width + group.from();
            System.arraycopy(other, at, block, at, group.features());
          }
        }
        int used = rows * width;
        outcome.add(used == block.length ? block : Arrays.copyOf(block, used), from, rows);
      }
      return outcome.end();
    }

    private static double mean(double[] values) {
      double sum = 0;
      for (double value : values) {
        sum += value;
      }
      return sum / values.length;
    }

    private static double deviation(double[] values) {
      double mean = mean(values);
      double sum = 0;
      for (double value : values) {
        sum += (value - mean) * (value - mean);
      }
      return values.length == 1 ? 0 : Math.sqrt(sum / (values.length - 1));
    }
  }

  /** Collects what a model says of the examples, some at a time. */
  private interface Outcome {

    void begin();

    void add(float[] features, int from, int rows);

    Figures end();
  }

  private static final class ClassOutcome implements Outcome {

    private final Classifier model;
    private final DataSet data;
    private final float[] probabilities;
    private final int[] predicted = new int[BLOCK];
    private double logs;
    private int right;

    ClassOutcome(Classifier model, DataSet data) {
      this.model = model;
      this.data = data;
      this.probabilities = new float[BLOCK * model.classes()];
    }

    @Override
    public void begin() {
      logs = 0;
      right = 0;
    }

    @Override
    public void add(float[] features, int from, int rows) {
      model.predictProbabilities(features, rows, probabilities);
      decide(rows);
      for (int i = 0; i < rows; i++) {
        int label = data.label(from + i);
        float probability = probabilities[i * model.classes() + label];
        logs -= StrictMath.log(Math.max(Float.MIN_VALUE, probability));
        right += predicted[i] == label ? 1 : 0;
      }
    }

    private void decide(int rows) {
      ModelOutput.Threshold threshold = model.threshold().orElse(null);
      for (int i = 0; i < rows; i++) {
        int at = i * model.classes();
        predicted[i] =
            threshold == null
                ? Argmax.of(probabilities, at, model.classes())
                : threshold.decide(probabilities, at);
      }
    }

    @Override
    public Figures end() {
      return new Figures(logs / data.size(), (double) right / data.size());
    }
  }

  private static final class LabelOutcome implements Outcome {

    private final MultiLabelClassifier model;
    private final DataSet data;
    private final double[] thresholds;
    private final float[] probabilities;
    private double logs;
    private long right;

    LabelOutcome(MultiLabelClassifier model, DataSet data) {
      this.model = model;
      this.data = data;
      this.thresholds = model.thresholds();
      this.probabilities = new float[BLOCK * model.labels()];
    }

    @Override
    public void begin() {
      logs = 0;
      right = 0;
    }

    @Override
    public void add(float[] features, int from, int rows) {
      model.predictProbabilities(features, rows, probabilities);
      int width = thresholds.length;
      for (int i = 0; i < rows * width; i++) {
        float p = probabilities[i];
        boolean has = data.target(from + i / width, i % width) == 1;
        logs -= StrictMath.log(Math.max(Float.MIN_VALUE, has ? p : 1 - p));
        right += p >= thresholds[i % width] == has ? 1 : 0;
      }
    }

    @Override
    public Figures end() {
      double told = (double) data.size() * thresholds.length;
      return new Figures(logs / told, right / told);
    }
  }

  private static final class NumberOutcome implements Outcome {

    private final Regressor model;
    private final DataSet data;
    private final double[] predicted;
    private final double[] squares;
    private final double[] deviations;

    NumberOutcome(Regressor model, DataSet data) {
      this.model = model;
      this.data = data;
      this.predicted = new double[BLOCK * model.outputs()];
      this.squares = new double[model.outputs()];
      this.deviations = new double[model.outputs()];
      for (int j = 0; j < deviations.length; j++) {
        int target = j;
        double[] values =
            IntStream.range(0, data.size()).mapToDouble(i -> data.target(i, target)).toArray();
        boolean varies = IntStream.range(1, values.length).anyMatch(i -> values[i] != values[0]);
        double mean = Measurement.mean(values);
        double sum = 0;
        for (double value : values) {
          sum += (value - mean) * (value - mean);
        }
        deviations[j] = varies ? Math.sqrt(sum / values.length) : 0;
      }
    }

    @Override
    public void begin() {
      Arrays.fill(squares, 0);
    }

    @Override
    public void add(float[] features, int from, int rows) {
      model.predict(features, rows, predicted);
      int targets = squares.length;
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < targets; j++) {
          double residual = data.target(from + i, j) - predicted[i * targets + j];
          squares[j] += residual * residual;
        }
      }
    }

    @Override
    public Figures end() {
      double errors = 0;
      double scores = 0;
      int varying = 0;
      for (int j = 0; j < squares.length; j++) {
        double rmse = Math.sqrt(squares[j] / data.size());
        if (squares.length == 1 || deviations[j] > 0) {
          double ratio = rmse / deviations[j];
          errors += squares.length == 1 ? rmse : ratio;
          scores += deviations[j] > 0 ? 1 - ratio * ratio : Double.NaN;
          varying++;
        }
      }
      return new Figures(errors / varying, scores / varying);
    }
  }
}
