package dev.polymath.models.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The figures of predictions fold by fold: how good a recipe is on examples that were held out, and
 * how much that depends on which.
 *
 * @param folds how many, at least 2
 * @param figures of a classifier {@code accuracy} and {@code log loss}, and {@code ROC-AUC} of two
 *     classes; of a regressor {@code RMSE} and {@code R²}, of each target in turn; of labels {@code
 *     micro F1}, {@code macro F1}, {@code accuracy} (of all labels told right), {@code log loss}
 *     and {@code ROC-AUC}
 */
public record CrossValidation(int folds, List<Figure> figures) {

  public CrossValidation {
    figures = List.copyOf(figures);
  }

  /**
   * One figure.
   *
   * @param name of the figure
   * @param target the name of the target that it is of; empty for classes
   * @param values one for each fold; NaN where it has none
   * @param mean of the values that are numbers
   * @param spread their standard deviation, with their number − 1 in the denominator; NaN for one
   */
  public record Figure(
      String name, String target, List<Double> values, double mean, double spread) {

    public Figure {
      values = List.copyOf(values);
    }

    private static Figure of(String name, String target, double[] values) {
      double[] numbers = Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray();
      double mean = Arrays.stream(numbers).average().orElse(Double.NaN);
      double squares = Arrays.stream(numbers).map(v -> (v - mean) * (v - mean)).sum();
      double spread = numbers.length < 2 ? Double.NaN : Math.sqrt(squares / (numbers.length - 1));
      return new Figure(name, target, Arrays.stream(values).boxed().toList(), mean, spread);
    }
  }

  /**
   * The figures of a classifier.
   *
   * @param heldOut what was said of each example by a member that was not trained on it
   * @param fold of each example, from 0, such as {@code DataSet.folds} deals them
   */
  public static CrossValidation of(Predictions heldOut, int[] fold) {
    int folds = folds(heldOut.size(), fold);
    List<Predictions> parts =
        IntStream.range(0, folds).mapToObj(f -> heldOut.subset(where(fold, f))).toList();
    // One positive class for all folds.
    int positive = heldOut.rarestClass();
    List<Figure> figures = new ArrayList<>();
    figures.add(figure("accuracy", "", parts, part -> part.confusion().accuracy()));
    figures.add(figure("log loss", "", parts, part -> Scores.of(part, positive).logLoss()));
    if (heldOut.classes() == 2) {
      figures.add(figure("ROC-AUC", "", parts, part -> Scores.of(part, positive).rocAuc()));
    }
    return new CrossValidation(folds, figures);
  }

  /** The figures of a regressor, likewise. */
  public static CrossValidation of(RegressionPredictions heldOut, int[] fold) {
    int folds = folds(heldOut.size(), fold);
    List<RegressionEvaluation> parts =
        IntStream.range(0, folds)
            .mapToObj(f -> RegressionEvaluation.of(heldOut.subset(where(fold, f))))
            .toList();
    List<Figure> figures = new ArrayList<>();
    for (int j = 0; j < heldOut.targets(); j++) {
      int target = j;
      String name = heldOut.names().get(j);
      figures.add(figure("RMSE", name, parts, part -> part.targets().get(target).rmse()));
      figures.add(figure("R²", name, parts, part -> part.targets().get(target).r2()));
    }
    return new CrossValidation(folds, figures);
  }

  /** The figures of a classifier of several labels, likewise. */
  public static CrossValidation of(LabelPredictions heldOut, int[] fold) {
    int folds = folds(heldOut.size(), fold);
    List<LabelEvaluation> parts =
        IntStream.range(0, folds)
            .mapToObj(f -> LabelEvaluation.of(heldOut.subset(where(fold, f))))
            .toList();
    return new CrossValidation(
        folds,
        List.of(
            figure("micro F1", "", parts, LabelEvaluation::microF1),
            figure("macro F1", "", parts, LabelEvaluation::macroF1),
            figure("accuracy", "", parts, LabelEvaluation::accuracy),
            figure("log loss", "", parts, LabelEvaluation::logLoss),
            figure("ROC-AUC", "", parts, LabelEvaluation::rocAuc)));
  }

  private static <T> Figure figure(
      String name, String target, List<T> parts, ToDoubleFunction<T> value) {
    return Figure.of(name, target, parts.stream().mapToDouble(value).toArray());
  }

  private static int folds(int examples, int[] fold) {
    int folds = Arrays.stream(fold).max().orElse(0) + 1;
    if (fold.length != examples || folds < 2) {
      throw new IllegalArgumentException(
          "cross-validation: expected the fold of each of "
              + examples
              + " examples, at least 2 folds, found "
              + fold.length
              + " numbers and "
              + folds
              + (folds == 1 ? " fold" : " folds"));
    }
    return folds;
  }

  private static int[] where(int[] fold, int wanted) {
    return IntStream.range(0, fold.length).filter(i -> fold[i] == wanted).toArray();
  }
}
