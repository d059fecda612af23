package dev.polymath.report;

import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import dev.polymath.models.MultiLabelClassifier;
import dev.polymath.models.Regressor;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.internal.AtomicFile;
import dev.polymath.models.metrics.Calibration;
import dev.polymath.models.metrics.Evaluation;
import dev.polymath.models.metrics.LabelEvaluation;
import dev.polymath.models.metrics.LabelPredictions;
import dev.polymath.models.metrics.Predictions;
import dev.polymath.models.metrics.RegressionEvaluation;
import dev.polymath.models.metrics.RegressionPredictions;
import dev.polymath.models.monitor.LossCurve;
import dev.polymath.models.monitor.StepSample;
import dev.polymath.models.monitor.TrainingMonitor;
import dev.polymath.models.monitor.Verdict;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.report.chart.Format;
import dev.polymath.report.chart.Markup;
import dev.polymath.report.chart.Page;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A training run as one page of HTML that needs nothing but itself: how it learned, what it gets
 * wrong, how sure it is, and what it was made of. Text and drawings only, without a script and
 * without a network; light or dark as the reader's system is.
 *
 * <pre>{@code
 * LossCurve curve = new LossCurve();
 * TrainingHistory history = model.fit(digits.train(), options.listener(curve));
 * TrainingReport.builder(model, history, digits)
 *     .name("MNIST").curve(curve).build().write(Path.of("report.html"));
 * }</pre>
 */
public final class TrainingReport {

  private static final int CALIBRATION_BINS = 10;

  private final String html;

  private TrainingReport(Builder from) {
    this.html =
        from.model instanceof Classifier classifier
            ? new Contents(from).write(classifier)
            : from.model instanceof Regressor regressor
                ? new Contents(from).write(regressor)
                : new Contents(from).write((MultiLabelClassifier) from.model);
  }

  /**
   * Starts the report of a run that has ended; {@link Builder#build()} judges the model on the test
   * examples.
   *
   * @param model as the run left it
   * @param examples the training examples of the run, and those to judge it on
   */
  public static Builder builder(Model model, TrainingHistory history, TrainTest examples) {
    return new Builder(model, history, examples);
  }

  /** The page. */
  public String html() {
    return html;
  }

  /** Writes the page to a file in UTF-8, whole or not at all. */
  public void write(Path file) throws IOException {
    AtomicFile.writeText(file, html);
  }

  /** Collects what the run itself does not tell. */
  public static final class Builder {

    private final Model model;
    private final TrainingHistory history;
    private final TrainTest examples;
    private String name = "a data set";
    private List<LossCurve.Point> curve = List.of();
    private List<TrainingHistory> members = List.of();
    private List<LayerSpec> layers = List.of();
    private List<StepSample> samples = List.of();
    private int stepsPerEpoch = 1;
    private @Nullable TrainingMonitor monitor;
    private @Nullable String command;
    private int positive = -1;

    private Builder(Model model, TrainingHistory history, TrainTest examples) {
      this.model = Objects.requireNonNull(model, "model");
      this.history = Objects.requireNonNull(history, "history");
      this.examples = Objects.requireNonNull(examples, "examples");
    }

    /** What the data set is called; "a data set" if not set. */
    public Builder name(String name) {
      this.name = Objects.requireNonNull(name, "name");
      return this;
    }

    /**
     * The loss and the learning rate of every step, from a listener of the run; of several members
     * the epochs of each as well.
     */
    public Builder curve(LossCurve curve) {
      this.curve = curve.points();
      this.members = curve.members();
      return this;
    }

    /** What went on in the layers, and its verdict, from a listener; left out if not set. */
    public Builder monitor(TrainingMonitor monitor) {
      this.layers = monitor.layers();
      this.samples = monitor.samples();
      this.stepsPerEpoch = Math.max(1, monitor.stepsPerEpoch());
      this.monitor = monitor;
      return this;
    }

    /**
     * Of two classes the one to be found. If not set, or −1: that of the classifier's threshold, or
     * else the one that is rarer in the test examples.
     */
    public Builder positive(int positive) {
      this.positive = positive;
      return this;
    }

    /** The command line that repeats the run; left out if not set. */
    public Builder command(String command) {
      this.command = Objects.requireNonNull(command, "command");
      return this;
    }

    /** The report. */
    public TrainingReport build() {
      return new TrainingReport(this);
    }
  }

  /** The order of the page. */
  private static final class Contents {

    private final Builder run;
    private final Members members;
    private Markup page = new Markup();

    Contents(Builder run) {
      this.run = run;
      this.members = Members.of(run.history, run.members, run.model.members().size());
    }

    String write(Classifier model) {
      Evaluation evaluation = model.evaluate(run.examples.test());
      Predictions predictions = model.predictAll(run.examples.test());
      Verdict verdict = run.monitor == null ? null : run.monitor.verdict(evaluation);
      begin(Format.percent(evaluation.accuracy()), Accuracy.of(evaluation), verdict);
      learning(true, evaluation.accuracy());
      section("What it gets wrong");
      page.open("div", "class", "pair");
      new ConfusionChart(page, evaluation.confusion()).write();
      new ClassTable(page, evaluation.confusion()).write();
      page.close().close();
      section(
          run.examples.test().imageSize().isPresent()
              ? "The images it got most wrong"
              : "The examples it got most wrong");
      new Mistakes(page, run.examples.test(), predictions).write();
      page.close();
      section("What its probabilities are worth");
      new RankingCharts(page, predictions, run.positive).write();
      page.close();
      section("How sure it is");
      double smoothing = run.history.options().labelSmoothing();
      new CalibrationChart(page, Calibration.of(predictions, CALIBRATION_BINS), smoothing).write();
      page.close();
      columns(model);
      return end();
    }

    String write(Regressor model) {
      RegressionPredictions predictions = model.predictAll(run.examples.test());
      RegressionEvaluation evaluation = RegressionEvaluation.of(predictions);
      Verdict verdict = run.monitor == null ? null : run.monitor.verdict(evaluation);
      String title = "R² " + Format.decimals(evaluation.r2(), 3);
      begin(title, NumberSections.headline(evaluation), verdict);
      boolean single = evaluation.targets().size() == 1;
      learning(false, single ? evaluation.targets().get(0).rmse() : Double.NaN);
      NumberSections sections =
          new NumberSections(page, evaluation, predictions, run.examples.test());
      section("What it predicts");
      sections.charts();
      page.close();
      section("How far off it is");
      sections.figures();
      page.close();
      columns(model);
      section("The examples it got most wrong");
      sections.worst();
      page.close();
      return end();
    }

    String write(MultiLabelClassifier model) {
      LabelPredictions predictions = model.predictAll(run.examples.test());
      LabelEvaluation evaluation = LabelEvaluation.of(predictions);
      Verdict verdict = run.monitor == null ? null : run.monitor.verdict(evaluation);
      String title = "F1 " + Format.decimals(evaluation.microF1(), 3);
      begin(title, LabelSections.headline(evaluation), verdict);
      learning(true, evaluation.accuracy());
      LabelSections sections = new LabelSections(page, evaluation, predictions);
      section("Label by label");
      sections.figures();
      page.close();
      section("The examples it got most wrong");
      sections.worst();
      page.close();
      section("How sure it is");
      double smoothing = run.history.options().labelSmoothing();
      Calibration sure = Calibration.of(predictions.pooled(), CALIBRATION_BINS);
      new CalibrationChart(page, sure, smoothing).write();
      page.close();
      columns(model);
      return end();
    }

    private void begin(String title, Headline.Result result, @Nullable Verdict verdict) {
      page = Page.open(title + " on " + run.name, Page.styles(TrainingReport.class, "report.css"));
      new Headline(page, run.name, run.history, members, result, run.model, verdict).write();
    }

    private void learning(boolean classes, double test) {
      section("How it learned");
      new LearningCharts(page, run.history, members, run.curve, classes, test).write();
      page.close();
      if (!run.samples.isEmpty()) {
        section("Inside the network");
        int several = run.model.members().size();
        if (several > 1) {
          page.element("p", "Of the first of " + several + " members.", "class", "lead");
        }
        int epochs = run.history.epochs().size();
        new LayerCharts(page, run.layers, run.samples, epochs, run.stepsPerEpoch).write();
        page.close();
      }
    }

    private void columns(Model model) {
      if (ImportanceChart.suits(model)) {
        section("What it relies on");
        ImportanceChart.write(page, model, run.examples.test());
        page.close();
      }
    }

    private String end() {
      section("What it was made of");
      new Facts(page, run.name, run.model, run.history, members, run.examples, run.command).write();
      page.close();
      footer();
      return Page.close(page);
    }

    private void section(String title) {
      page.open("section").element("h2", title);
    }

    private void footer() {
      LocalDateTime now = LocalDateTime.now();
      page.open("footer").text("Written ");
      page.element(
          "time",
          DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").format(now),
          "datetime",
          DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm").format(now));
      page.text(" by Polymath").close();
    }
  }
}
