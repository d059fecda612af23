package dev.polymath.models.training;

import dev.polymath.Parameter;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.Task;
import dev.polymath.models.optim.AdamW;
import dev.polymath.models.optim.Optimizer;
import dev.polymath.models.optim.Schedule;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@link TrainingOptions} hold: the defaults, until a setter changes its own copy. */
final class OptionValues {

  static final int BY_SIZE = -1;

  /** Images with a shorter side are not shifted, unless they are told to be. */
  private static final int SHIFTED_SIDE = 16;

  int epochs = 25;
  int batch = 64;
  Optimizer optimizer = new AdamW(0.1);
  double learningRate = 0.003;
  Schedule schedule = Schedule.cosine(0.1);
  LossFunction loss = LossFunction.CROSS_ENTROPY;
  boolean lossByTask = true;
  double labelSmoothing = 0.1;
  double dropout;
  double clipNorm;
  double l1;
  double averaging;
  boolean balancedClasses;
  Map<String, Double> classWeights = Map.of();
  Map<Parameter.Role, Double> rateFactors = Map.of();
  int shifts = BY_SIZE;
  boolean standardize = true;
  boolean encoded;
  double validation;
  int patience;
  boolean keepBest;
  int folds;
  boolean calibrate;
  boolean inBlocks;
  long seed = 1;
  List<TrainingListener> listeners = List.of();

  OptionValues() {}

  OptionValues(OptionValues other) {
    epochs = other.epochs;
    batch = other.batch;
    optimizer = other.optimizer;
    learningRate = other.learningRate;
    schedule = other.schedule;
    loss = other.loss;
    lossByTask = other.lossByTask;
    labelSmoothing = other.labelSmoothing;
    dropout = other.dropout;
    clipNorm = other.clipNorm;
    l1 = other.l1;
    averaging = other.averaging;
    balancedClasses = other.balancedClasses;
    classWeights = other.classWeights;
    rateFactors = other.rateFactors;
    shifts = other.shifts;
    standardize = other.standardize;
    encoded = other.encoded;
    validation = other.validation;
    patience = other.patience;
    keepBest = other.keepBest;
    folds = other.folds;
    calibrate = other.calibrate;
    inBlocks = other.inBlocks;
    seed = other.seed;
    listeners = other.listeners;
  }

  void rateFactor(Parameter.Role role, double factor) {
    Map<Parameter.Role, Double> factors = new EnumMap<>(Parameter.Role.class);
    factors.putAll(rateFactors);
    factors.put(role, factor);
    rateFactors = Collections.unmodifiableMap(factors);
  }

  /** Decides what is left to the data. */
  void decideFor(DataSet data) {
    inBlocks |= data.onDisk();
    if (data.task() == Task.REGRESSION) {
      loss = lossByTask ? LossFunction.SQUARED_ERROR : loss;
      lossByTask = false;
      labelSmoothing = 0;
      calibrate = false;
    } else if (data.task() == Task.LABELS) {
      loss = lossByTask ? LossFunction.SIGMOID_CROSS_ENTROPY : loss;
      lossByTask = false;
    }
    encoded = data.input() instanceof ModelInput.Columns;
    if (shifts == BY_SIZE) {
      boolean large =
          data.imageSize()
              .filter(size -> Math.min(size.height(), size.width()) >= SHIFTED_SIDE)
              .isPresent();
      shifts = large ? 1 : 0;
    }
  }

  /** By name, in order. What is off by default is named only where it is on. */
  Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("epochs", Integer.toString(epochs));
    map.put("batch", Integer.toString(batch));
    map.put("optimizer", optimizer.toString());
    map.put("learningRate", Double.toString(learningRate));
    map.put("schedule", schedule.toString());
    map.put("loss", loss.toString());
    map.put("labelSmoothing", Double.toString(labelSmoothing));
    putPositive(map, "dropout", dropout);
    putPositive(map, "clipNorm", clipNorm);
    putPositive(map, "l1", l1);
    putPositive(map, "averaging", averaging);
    for (Parameter.Role role : Parameter.Role.values()) {
      Double factor = rateFactors.get(role);
      if (factor != null && factor != 1) {
        map.put("rateFactor " + role, Double.toString(factor));
      }
    }
    if (balancedClasses) {
      map.put("classWeights", "balanced");
    } else if (!classWeights.isEmpty()) {
      map.put("classWeights", classWeights.toString());
    }
    map.put("shifts", shifts == BY_SIZE ? "by size" : Integer.toString(shifts));
    if (!encoded) {
      map.put("standardize", Boolean.toString(standardize));
    }
    map.put("validation", Double.toString(validation));
    if (patience > 0) {
      map.put("patience", Integer.toString(patience));
    } else if (keepBest) {
      map.put("keepBest", "true");
    }
    if (folds > 0) {
      map.put("folds", Integer.toString(folds));
    }
    if (calibrate) {
      map.put("calibrate", "true");
    }
    if (inBlocks) {
      map.put("inBlocks", "true");
    }
    map.put("seed", Long.toString(seed));
    return map;
  }

  private static void putPositive(Map<String, String> map, String name, double value) {
    if (value > 0) {
      map.put(name, Double.toString(value));
    }
  }

  static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1, found " + value);
    }
  }

  static void notNegative(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + ": expected at least 0, found " + value);
    }
  }

  static void fraction(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + ": expected 0 to below 1, found " + value);
    }
  }
}
