package dev.polymath.models.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Backends;
import dev.polymath.models.Classifier;
import dev.polymath.models.ThreeLayerClassifier;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Digits;
import dev.polymath.models.metrics.ConfusionMatrix;
import dev.polymath.models.metrics.Evaluation;
import dev.polymath.models.monitor.Verdict.Finding.Kind;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.network.Network;
import dev.polymath.models.optim.AdamW;
import dev.polymath.models.optim.Schedule;
import dev.polymath.models.optim.Sgd;
import dev.polymath.models.training.LossFunction;
import dev.polymath.models.training.Trainer;
import dev.polymath.models.training.TrainingDivergedException;
import dev.polymath.models.training.TrainingOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each illness on a run that has it, and healthy runs without a word. */
class VerdictTest {

  private static DataSet digits;

  private final Backend backend = Backends.open();
  private final TrainingMonitor monitor = new TrainingMonitor();
  private final TrainingOptions recipe = TrainingOptions.defaults().listener(monitor);
  private final TrainingOptions sgd =
      recipe.optimizer(new Sgd()).schedule(Schedule.constant()).learningRate(0.1);

  @BeforeAll
  static void draw() {
    digits = Digits.generate(1).train().subset(IntStream.range(0, 3000).toArray());
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private Classifier.Builder classifier(DataSet data) {
    return ThreeLayerClassifier.builder(backend).inputs(data.features()).classes(data.classes());
  }

  private Verdict fit(Classifier.Builder classifier, DataSet data, TrainingOptions with) {
    classifier.build().fit(data, with);
    return monitor.verdict();
  }

  private Verdict train(Network network, Initialization initialization, TrainingOptions options) {
    network.initialize(initialization, 1);
    new Trainer(network, digits, options).run();
    return monitor.verdict();
  }

  private Network deep(int layers, int width, Activation f) {
    Network.Builder builder = Network.builder(backend, 784);
    for (int i = 0; i < layers; i++) {
      builder.dense(width, f);
    }
    return builder.dense(10, Activation.IDENTITY).activation(Activation.SOFTMAX).build();
  }

  /** Clouds of one deviation around random centres, the i-th as often as {@code sizes[i]}. */
  private static DataSet clouds(int features, double spread, int... sizes) {
    Random random = new Random(5);
    int n = Arrays.stream(sizes).sum();
    float[] values = new float[n * features];
    int[] labels = new int[n];
    int at = 0;
    for (int c = 0; c < sizes.length; c++) {
      double[] centre = random.doubles(features, -spread, spread).toArray();
      for (int i = 0; i < sizes[c]; i++, at++) {
        labels[at] = c;
        for (int j = 0; j < features; j++) {
          values[at * features + j] = (float) (centre[j] + random.nextGaussian());
        }
      }
    }
    return DataSet.ofFeatures(features, values, labels, names(sizes.length));
  }

  private static List<String> names(int classes) {
    return IntStream.range(0, classes).mapToObj(c -> "class " + c).toList();
  }

  private static void assertHealthy(Verdict verdict) {
    assertEquals(List.of(), verdict.findings());
    assertTrue(
        verdict.summary().startsWith("all is well: it learned without trouble and gets "),
        verdict::toString);
  }

  private static Verdict.Finding find(Verdict verdict, Kind kind) {
    return verdict.findings().stream()
        .filter(f -> f.kind() == kind)
        .findFirst()
        .orElseThrow(() -> new AssertionError(kind + " in " + verdict));
  }

  private static boolean has(Verdict verdict, Kind kind) {
    return verdict.findings().stream().anyMatch(f -> f.kind() == kind);
  }

  private static void assertContains(String part, String text) {
    assertTrue(text.contains(part), text);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theDefaultRecipeIsHealthy(long seed) {
    for (int epochs : new int[] {1, 3, 12}) {
      assertHealthy(fit(classifier(digits).seed(seed), digits, recipe.seed(seed).epochs(epochs)));
    }
  }

  @Test
  void otherRecipesThatLearnAreHealthy() {
    Classifier.Builder c = classifier(digits);
    assertHealthy(fit(c, digits, sgd.epochs(10)));
    assertHealthy(fit(c, digits, sgd.optimizer(new Sgd(0.9, true, 0)).epochs(5)));
    assertHealthy(fit(c, digits, recipe.loss(LossFunction.SQUARED_ERROR).epochs(10)));
    assertHealthy(fit(c, digits, recipe.validation(0.2).epochs(10)));
    assertHealthy(fit(c, digits, recipe.batch(8).epochs(2)));
    assertHealthy(fit(c, digits, recipe.standardize(false).epochs(10)));
    for (Activation f : List.of(Activation.TANH, Activation.RELU, Activation.LEAKY_RELU)) {
      assertHealthy(fit(c.activation(f), digits, recipe.epochs(5)));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void smallTablesAreHealthy(long seed) {
    TrainingOptions options = recipe.seed(seed);
    for (DataSet data :
        List.of(
            clouds(4, 3, 50, 50, 50),
            clouds(64, 0.5, 380, 380, 380, 380, 380),
            clouds(10, 2, 500, 30),
            clouds(5, 4, 40, 60))) {
      assertHealthy(fit(classifier(data).seed(seed), data, options));
      assertHealthy(fit(classifier(data).seed(seed).hidden(24, 16), data, options.epochs(60)));
    }
  }

  @Test
  void goingOnFromATrainedModelIsHealthy() {
    Classifier model = classifier(digits).build();
    for (int i = 0; i < 3; i++) {
      model.fit(digits, recipe.epochs(5));
      assertHealthy(monitor.verdict());
    }
  }

  @Test
  void theArticlesRecipeSaturatesBothEnds() {
    TrainingOptions article = TrainingOptions.article().epochs(5).listener(monitor);
    Classifier.Builder c = classifier(digits).initialization(Initialization.NORMAL);
    Verdict squared = fit(c, digits, article);
    Verdict.Finding output = find(squared, Kind.SATURATED_OUTPUT);
    assertEquals(Verdict.Severity.PROBLEM, output.severity());
    assertContains("try the cross-entropy, and try Xavier initialisation", output.advice());
    Verdict.Finding first = find(squared, Kind.SATURATED_ACTIVATIONS);
    assertEquals(1, first.layer());
    assertContains("layer 1 (784->128 sigmoid): ", first.seen());
    assertContains("saturated from the start", first.seen());
    assertEquals(
        "try Xavier initialisation: the weights of layer 1 start 21 times as wide", first.advice());

    Verdict entropy = fit(c, digits, article.loss(LossFunction.CROSS_ENTROPY));
    assertFalse(has(entropy, Kind.SATURATED_OUTPUT), entropy::toString);
    assertEquals(first, withSeverity(find(entropy, Kind.SATURATED_ACTIVATIONS), first.severity()));

    assertHealthy(fit(c.initialization(Initialization.DEFAULT), digits, article.epochs(40)));
  }

  private static Verdict.Finding withSeverity(Verdict.Finding f, Verdict.Severity severity) {
    return new Verdict.Finding(f.kind(), severity, f.layer(), f.seen(), f.advice());
  }

  @Test
  void largeInputsSaturateToo() {
    Random random = new Random(1);
    float[] values = new float[600 * 5];
    int[] labels = new int[600];
    for (int i = 0; i < 600; i++) {
      labels[i] = i % 2;
      for (int j = 0; j < 5; j++) {
        values[5 * i + j] = (float) (1000 * (random.nextGaussian() + labels[i]));
      }
    }
    DataSet data = DataSet.ofFeatures(5, values, labels, names(2));
    Verdict.Finding found =
        find(fit(classifier(data), data, sgd.standardize(false)), Kind.SATURATED_ACTIVATIONS);
    assertContains("standardise the inputs: their root mean square is 1,", found.advice());
    assertHealthy(fit(classifier(data), data, recipe));
  }

  @Test
  void gradientsVanishOnTheirWayThroughManySigmoids() {
    Verdict verdict = train(deep(7, 30, Activation.SIGMOID), Initialization.XAVIER, sgd.epochs(2));
    Verdict.Finding found = find(verdict, Kind.VANISHING_GRADIENTS);
    assertEquals(1, found.layer());
    assertContains(" times smaller than layer 8", found.seen());
    assertEquals("try ReLU in the hidden layers, or fewer layers", found.advice());
    Verdict relu = train(deep(7, 30, Activation.RELU), Initialization.DEFAULT, recipe.epochs(3));
    assertFalse(has(relu, Kind.VANISHING_GRADIENTS), relu::toString);
  }

  @Test
  void noGradientComesThroughWeightsOfZero() {
    Network network = deep(2, 30, Activation.TANH);
    new Trainer(network, digits, sgd.epochs(2)).run();
    Verdict.Finding found = find(monitor.verdict(), Kind.VANISHING_GRADIENTS);
    assertEquals("in half of the samples no weight had a gradient", found.seen());
    assertEquals("try Xavier initialisation: the weights of layer 1 start at zero", found.advice());
  }

  @Test
  void aLinearModelMayStartFromZero() {
    new Trainer(deep(0, 0, Activation.TANH), digits, sgd.epochs(8)).run();
    assertHealthy(monitor.verdict());
  }

  @Test
  void gradientsExplodeThroughWideWeights() {
    Verdict verdict =
        train(
            deep(5, 64, Activation.RELU), Initialization.NORMAL, sgd.learningRate(1e-9).epochs(2));
    Verdict.Finding found = find(verdict, Kind.EXPLODING_GRADIENTS);
    assertContains("times as large as its weight", found.seen());
    assertContains(
        "try He initialisation: the weights of layer 1 start 20 times as wide", found.advice());
  }

  @Test
  void tooLargeARateKillsUnitsOrStopsTheRun() {
    Verdict adam = fit(classifier(digits), digits, recipe.learningRate(1).epochs(6));
    Verdict.Finding rate = find(adam, Kind.LEARNING_RATE_TOO_LARGE);
    assertEquals(rate, adam.findings().get(0), "the cause comes first");
    assertContains("where 0.1 % is usual", rate.seen());
    assertEquals("try a learning rate of 0.01", rate.advice());
    Verdict.Finding dead = find(adam, Kind.DEAD_UNITS);
    assertEquals(2, dead.layer());
    assertEquals(Verdict.Severity.PROBLEM, dead.severity());
    assertContains("100 % of its units are dead", dead.seen());
    assertEquals("try a learning rate of 0.01", dead.advice());
    assertContains("accuracy stayed at chance", find(adam, Kind.STUCK_AT_CHANCE).seen());

    Verdict plain = fit(classifier(digits), digits, sgd.learningRate(1000).epochs(4));
    assertContains("the loss rose from 2.", find(plain, Kind.LEARNING_RATE_TOO_LARGE).seen());
  }

  @Test
  void aRunThatFailsHasAVerdict() {
    TrainingDivergedException e =
        assertThrows(
            TrainingDivergedException.class,
            () -> fit(classifier(digits), digits, sgd.learningRate(1e30)));
    Verdict verdict = monitor.verdict();
    Verdict.Finding found = verdict.findings().get(0);
    assertEquals(Kind.DIVERGED, found.kind());
    assertEquals("the run failed at " + e.getMessage(), found.seen());
    assertContains("try a learning rate of ", found.advice());
  }

  @Test
  void dataThatAreNotFiniteAreNamed() {
    Network network = Network.builder(backend, 2).dense(2, Activation.IDENTITY).build();
    float[] weight = {Float.NaN, 1, 1, 1};
    network.parameters().get(0).value().write(weight, 0);
    DataSet data = clouds(2, 4, 40, 40);
    assertThrows(TrainingDivergedException.class, () -> new Trainer(network, data, recipe).run());
    Verdict.Finding found = monitor.verdict().findings().get(0);
    assertEquals(Kind.DIVERGED, found.kind());
    assertContains("layers.0 (dense 2->2 IDENTITY) weight", found.seen());
    assertEquals("check the data and the weights: nothing was updated yet", found.advice());
  }

  @Test
  void tooSmallARateMovesNothing() {
    Verdict verdict = fit(classifier(digits), digits, recipe.learningRate(1e-6).epochs(5));
    Verdict.Finding found = find(verdict, Kind.LEARNING_RATE_TOO_SMALL);
    assertContains("the weights hardly move", found.seen());
    assertEquals("try a learning rate of 0.0001", found.advice());
    assertFalse(has(verdict, Kind.LEARNING_RATE_TOO_LARGE), verdict::toString);
  }

  @Test
  void labelsOfChanceAreNotLearned() {
    Random random = new Random(3);
    float[] values = new float[3000 * 4];
    int[] labels = new int[3000];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = random.nextInt(3);
      for (int j = 0; j < 4; j++) {
        values[4 * i + j] = (float) random.nextGaussian();
      }
    }
    DataSet data = DataSet.ofFeatures(4, values, labels, names(3));
    Verdict verdict = fit(classifier(data).hidden(4, 4), data, recipe.epochs(5));
    assertEquals(
        List.of(Kind.STUCK_AT_CHANCE),
        verdict.findings().stream().map(Verdict.Finding::kind).toList());
    assertContains("check that the labels belong to", verdict.findings().get(0).advice());
  }

  @Test
  void alwaysTheFrequentClassIsChanceToo() {
    Random random = new Random(3);
    float[] values = new float[2000 * 3];
    int[] labels = new int[2000];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = random.nextInt(10) == 0 ? 1 : 0;
      for (int j = 0; j < 3; j++) {
        values[3 * i + j] = (float) random.nextGaussian();
      }
    }
    DataSet data = DataSet.ofFeatures(3, values, labels, List.of("often", "seldom"));
    Verdict.Finding found =
        find(fit(classifier(data), data, recipe.epochs(8)), Kind.STUCK_AT_CHANCE);
    assertContains("where always naming class \"often\" gets 88.6 %", found.seen());
  }

  @Test
  void aClassThatLooksLikeAnotherIsNeverPredicted() {
    DataSet two = clouds(6, 3, 900, 900);
    float[] values = new float[1800 * 6];
    int[] labels = new int[1800];
    Random random = new Random(9);
    for (int i = 0; i < 1800; i++) {
      two.copyFeatures(i, values, 6 * i);
      labels[i] = two.label(i) == 1 && random.nextInt(8) == 0 ? 2 : two.label(i);
    }
    DataSet data = DataSet.ofFeatures(6, values, labels, List.of("a", "b", "hidden"));
    Verdict verdict = fit(classifier(data), data, recipe.epochs(10));
    Verdict.Finding found = find(verdict, Kind.CLASS_NEVER_PREDICTED);
    assertContains("class \"hidden\" was never predicted", found.seen());
    assertEquals(1, verdict.findings().size(), verdict::toString);
  }

  @Test
  void fewExamplesAreLearnedByHeart() {
    DataSet few = digits.subset(IntStream.range(0, 500).toArray());
    TrainingOptions options =
        recipe.optimizer(new AdamW(0)).labelSmoothing(0).shifts(0).validation(0.5).epochs(40);
    Verdict verdict = fit(classifier(few), few, options);
    Verdict.Finding found = find(verdict, Kind.OVERFITTING);
    assertEquals(Verdict.Severity.WARNING, found.severity());
    assertContains("it knows its examples by heart: 100.0 % of them are right", found.seen());
    assertContains("label smoothing", found.advice());
  }

  /** Of {@code right} and {@code wrong} examples each of "no" and "yes". */
  private static Evaluation test(int noRight, int noWrong, int yesRight, int yesWrong) {
    ConfusionMatrix confusion = new ConfusionMatrix(List.of("no", "yes"));
    int[] counts = {noRight, noWrong, yesWrong, yesRight};
    for (int i = 0; i < 4; i++) {
      for (int n = 0; n < counts[i]; n++) {
        confusion.add(i / 2, i % 2);
      }
    }
    return new Evaluation(0.1, confusion);
  }

  @Test
  void aVerdictKnowsTheTestExamples() {
    fit(classifier(digits), digits, recipe.epochs(3));
    Verdict well = monitor.verdict(test(480, 20, 480, 20));
    assertEquals(List.of(), well.findings());
    assertContains(
        "of the training examples and 96.0 % of the test examples right", well.summary());

    Verdict heart = monitor.verdict(test(340, 160, 340, 160));
    assertContains("but only 68.0 % of the test examples", find(heart, Kind.OVERFITTING).seen());
    assertEquals("1 warning: it learned, but one thing needs a look", heart.summary());

    Verdict.Finding rare = find(monitor.verdict(test(970, 0, 12, 18)), Kind.RARE_CLASS_MISSED);
    assertContains("it found 12 of 30 of \"yes\"", rare.seen());

    Verdict one = monitor.verdict(test(970, 0, 0, 30));
    assertContains(
        "hardly better than always saying \"no\"", find(one, Kind.NO_BETTER_THAN_ONE_CLASS).seen());
    assertFalse(has(one, Kind.OVERFITTING));
  }

  @Test
  void testExamplesUnlikeThoseHeldOutAreNotCalledLearnedByHeart() {
    fit(classifier(digits), digits, recipe.epochs(5).validation(0.2));
    Verdict verdict = monitor.verdict(test(340, 160, 340, 160));
    assertFalse(has(verdict, Kind.OVERFITTING));
    assertContains("68.0 % of them are right", find(verdict, Kind.TEST_DIFFERS).seen());
  }

  @Test
  void fewStepsAreNotJudged() {
    assertEquals("0 steps: too few to judge by", monitor.verdict().toString());
    DataSet data = clouds(3, 3, 20, 20);
    Verdict verdict = fit(classifier(data), data, recipe.epochs(19));
    assertEquals("19 steps: too few to judge by", verdict.summary());
  }
}
