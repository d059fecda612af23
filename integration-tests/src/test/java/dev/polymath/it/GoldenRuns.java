package dev.polymath.it;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.Parameter;
import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import dev.polymath.models.MultiLabelClassifier;
import dev.polymath.models.Regressor;
import dev.polymath.models.ThreeLayerClassifier;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Digits;
import dev.polymath.models.data.Table;
import dev.polymath.models.data.TableEncoder;
import dev.polymath.models.data.Task;
import dev.polymath.models.metrics.LabelPredictions;
import dev.polymath.models.metrics.Predictions;
import dev.polymath.models.metrics.RegressionPredictions;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.optim.Adagrad;
import dev.polymath.models.optim.AdamW;
import dev.polymath.models.optim.Optimizer;
import dev.polymath.models.optim.RmsProp;
import dev.polymath.models.optim.Schedule;
import dev.polymath.models.optim.Sgd;
import dev.polymath.models.training.LossFunction;
import dev.polymath.models.training.TrainingOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * Small trainings of all kinds, each with the hash of what it ends in. As a program it prints them
 * for one backend and number of threads, so that JVMs with other vectors can be asked.
 */
final class GoldenRuns {

  private static final List<Optimizer> OPTIMIZERS =
      List.of(
          new Sgd(),
          new Sgd(0.9, false, 1e-4),
          new Sgd(0.9, true, 0),
          new AdamW(0.01),
          new RmsProp(),
          new Adagrad());

  private static final List<Schedule> SCHEDULES =
      List.of(
          Schedule.constant(),
          Schedule.step(1, 0.5),
          Schedule.cosine(0.2),
          Schedule.oneCycle(),
          Schedule.cycles(),
          Schedule.flatCosine(0.5),
          Schedule.plateau(1, 0.5));

  /** Awkward: rows, features and classes fit no vector. */
  private static final TrainingOptions SHORT = TrainingOptions.defaults().epochs(2).batch(37);

  private final Backend backend;
  private final DataSet digits;
  private final Map<String, String> hashes = new LinkedHashMap<>();

  private GoldenRuns(Backend backend, DataSet digits) {
    this.backend = backend;
    this.digits = digits;
  }

  /**
   * Prints a line for each run: its hash and its name.
   *
   * @param arguments the backend, and the number of threads
   */
  public static void main(String[] arguments) {
    of(arguments[0], Integer.parseInt(arguments[1]))
        .forEach((run, hash) -> System.out.println(hash + "\t" + run));
  }

  /** The hashes of all runs, by name. */
  static Map<String, String> of(String backend, int threads) {
    int[] first = new int[300];
    Arrays.setAll(first, i -> i);
    DataSet digits = Digits.generate(1).test().subset(first);
    try (Backend session = Backends.open(backend, BackendOptions.defaults().threads(threads))) {
      GoldenRuns runs = new GoldenRuns(session, digits);
      runs.networks();
      runs.options();
      runs.tables();
      runs.severalTargets();
      return runs.hashes;
    }
  }

  private Classifier classifier(Activation f, Initialization initialization) {
    return Classifier.builder(backend)
        .inputs(784)
        .classes(10)
        .hidden(21, 13)
        .activation(f)
        .initialization(initialization)
        .seed(7)
        .build();
  }

  private void run(String name, Classifier model, TrainingOptions options) {
    model.fit(digits, options);
    add(name, model, digits);
  }

  private void networks() {
    hashes.put("digits", digits.fingerprint().substring(0, 16));
    for (Initialization initialization : Initialization.values()) {
      Digest digest = new Digest();
      classifier(Activation.RELU, initialization).network().read().values().forEach(digest::add);
      hashes.put("weights " + initialization, digest.text());
    }
    Classifier standard = ThreeLayerClassifier.builder(backend).inputs(784).classes(10).build();
    run("the default network", standard, TrainingOptions.defaults().epochs(2));
    for (Activation f : Activation.values()) {
      if (f != Activation.SOFTMAX) {
        run("activation " + f, classifier(f, Initialization.DEFAULT), SHORT);
      }
    }
    for (LossFunction loss : List.of(LossFunction.CROSS_ENTROPY, LossFunction.SQUARED_ERROR)) {
      run("loss " + loss, classifier(Activation.TANH, Initialization.HE), SHORT.loss(loss));
    }
    for (Optimizer optimizer : OPTIMIZERS) {
      run(
          "optimizer " + optimizer,
          classifier(Activation.SIGMOID, Initialization.XAVIER),
          SHORT.optimizer(optimizer).learningRate(0.003));
    }
  }

  private void option(String name, UnaryOperator<TrainingOptions> option) {
    Classifier model = classifier(Activation.ELU, Initialization.LECUN);
    run(name, model, option.apply(SHORT));
  }

  private void options() {
    for (Schedule schedule : SCHEDULES) {
      option("schedule " + schedule, o -> o.epochs(3).validation(0.2).schedule(schedule));
    }
    option("dropout", o -> o.dropout(0.3));
    option("clipping", o -> o.clipNorm(0.01));
    option("l1", o -> o.l1(1e-4));
    option("averaging", o -> o.averaging(0.9));
    option("rates", o -> o.rateFactor(Parameter.Role.BIAS, 0.1));
    option("balanced classes", o -> o.balancedClasses(true));
    option("label smoothing", o -> o.labelSmoothing(0.1));
    option("shifts", o -> o.shifts(2));
    option("patience", o -> o.epochs(5).validation(0.3).patience(1));
    option("calibration", o -> o.validation(0.3).calibrate(true));
    option("in blocks, as from disk", o -> o.inBlocks(true));
    Classifier members =
        Classifier.builder(backend).inputs(784).classes(10).hidden(16, 9).members(3).build();
    run(
        "everything",
        members,
        SHORT
            .epochs(4)
            .folds(3)
            .patience(2)
            .schedule(Schedule.plateau(1, 0.5))
            .dropout(0.2)
            .clipNorm(0.5)
            .l1(1e-5)
            .averaging(0.9)
            .rateFactor(Parameter.Role.BIAS, 0.1)
            .balancedClasses(true)
            .calibrate(true));
  }

  /** Missing cells, categories, dates, a column that never varies, numbers far apart. */
  private static Table awkward() {
    SplittableRandom random = new SplittableRandom(11);
    StringBuilder text = new StringBuilder("id,far,gap,colour,day,same,size,kind\n");
    for (int i = 0; i < 211; i++) {
      double x = random.nextDouble() * 6 - 3;
      text.append(
          String.format(
              Locale.ROOT,
              "r%d,%s,%s,%s,2024-%02d-%02d,1,%.4f,%s%n",
              i,
              StrictMath.exp(4 * x),
              random.nextInt(4) == 0 ? "?" : Double.toString(random.nextDouble()),
              List.of("red", "green", "blue", "").get(random.nextInt(4)),
              1 + random.nextInt(12),
              1 + random.nextInt(28),
              x * x + random.nextDouble(),
              x > 1 ? "a" : x > 0 ? "b" : "c"));
    }
    try {
      return Table.read(
          Csv.Source.of(
              "awkward",
              new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8))),
          Csv.Layout.DETECTED,
          note -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void tables() {
    Table table = awkward();
    for (Task task : List.of(Task.CLASSIFICATION, Task.REGRESSION)) {
      int column = table.column(task == Task.REGRESSION ? "size" : "kind");
      Table.Target target = Table.Target.of(table, column, task, note -> {});
      TableEncoder encoder = TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT);
      DataSet data = encoder.encode(table, target, note -> {});
      hashes.put("table of " + task, data.fingerprint().substring(0, 16));
      TrainingOptions options = TrainingOptions.tables(data.size()).epochs(3);
      if (task == Task.CLASSIFICATION) {
        Classifier model = Classifier.builder(backend).table(data).members(4).build();
        model.fit(data, options);
        add("classes of a table", model, data);
      } else {
        for (LossFunction loss : List.of(LossFunction.SQUARED_ERROR, LossFunction.HUBER)) {
          Regressor model = Regressor.builder(backend).table(data).members(2).build();
          model.fit(data, options.loss(loss));
          add("numbers of a table, " + loss, model, data);
        }
      }
    }
  }

  private void severalTargets() {
    int rows = 230;
    SplittableRandom random = new SplittableRandom(5);
    float[] features = new float[5 * rows];
    double[] targets = new double[2 * rows];
    boolean[] labels = new boolean[3 * rows];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < 5; j++) {
        features[5 * i + j] = (float) (random.nextDouble() * 2 - 1);
      }
      targets[2 * i] = features[5 * i] * features[5 * i + 1];
      targets[2 * i + 1] = 100 * features[5 * i + 2];
      for (int l = 0; l < 3; l++) {
        labels[3 * i + l] = features[5 * i + l] > 0.3 * l;
      }
    }
    Regressor numbers = Regressor.builder(backend).inputs(5).outputs(2).hidden(17, 9).build();
    DataSet twoTargets = DataSet.ofTargets(5, features, targets, List.of("one", "other"));
    numbers.fit(twoTargets, SHORT.loss(LossFunction.SQUARED_ERROR));
    add("two numbers", numbers, twoTargets);
    MultiLabelClassifier many =
        MultiLabelClassifier.builder(backend).inputs(5).labels(3).hidden(17, 9).build();
    DataSet labelled = DataSet.ofLabels(5, features, labels, List.of("a", "b", "c"));
    many.fit(
        labelled, SHORT.validation(0.2).loss(LossFunction.SIGMOID_CROSS_ENTROPY).calibrate(true));
    add("labels", many, labelled);
    MultiLabelClassifier members =
        MultiLabelClassifier.builder(backend).inputs(5).labels(3).hidden(17, 9).members(3).build();
    members.fit(labelled, SHORT.folds(3).loss(LossFunction.SIGMOID_CROSS_ENTROPY).calibrate(true));
    add("labels, members and folds", members, labelled);
  }

  /** Weights, and what is predicted from them. */
  private void add(String name, Model model, DataSet data) {
    Digest weights = new Digest();
    model.members().forEach(member -> member.read().values().forEach(weights::add));
    hashes.put(name, weights.text());
    Digest predicted = new Digest();
    if (model instanceof Classifier classifier) {
      Predictions said = classifier.predictAll(data);
      for (int i = 0; i < data.size(); i++) {
        for (int c = 0; c < data.classes(); c++) {
          predicted.add(said.probability(i, c));
        }
      }
    } else if (model instanceof MultiLabelClassifier labels) {
      LabelPredictions said = labels.predictAll(data);
      for (int i = 0; i < data.size(); i++) {
        for (int l = 0; l < data.outputs(); l++) {
          predicted.add(said.probability(i, l));
        }
      }
    } else {
      RegressionPredictions said = ((Regressor) model).predictAll(data);
      for (int i = 0; i < data.size(); i++) {
        for (int t = 0; t < data.outputs(); t++) {
          predicted.add(said.predicted(i, t));
        }
      }
    }
    hashes.put(name + ": predictions", predicted.text());
  }

  /** 64 bits of a SHA-256. */
  private static final class Digest {

    private final MessageDigest sha;

    Digest() {
      try {
        sha = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError(e);
      }
    }

    void add(float[] values) {
      ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
      for (float value : values) {
        bytes.putFloat(value);
      }
      sha.update(bytes.array());
    }

    void add(double value) {
      sha.update(ByteBuffer.allocate(8).putDouble(value).array());
    }

    String text() {
      return HexFormat.of().formatHex(sha.digest()).substring(0, 16);
    }
  }
}
