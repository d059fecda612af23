package dev.polymath.report;

import dev.polymath.BackendInfo;
import dev.polymath.models.Model;
import dev.polymath.models.monitor.Verdict;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.report.chart.Format;
import dev.polymath.report.chart.Markup;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What one sees first: how good it is, what that means, and the run in a line. */
final class Headline {

  private final Markup page;
  private final String name;
  private final TrainingHistory history;
  private final Members members;
  private final Result result;
  private final Model model;
  private final @Nullable Verdict verdict;

  /**
   * How good a model is on the test examples.
   *
   * @param figure the one number, and its unit
   * @param baseline what it is to be measured by
   * @param sentences what it means
   * @param last a term of the last line, and its value
   */
  record Result(
      String figure,
      String unit,
      String baseline,
      List<String> sentences,
      String last,
      String lastValue) {}

  Headline(
      Markup page,
      String name,
      TrainingHistory history,
      Members members,
      Result result,
      Model model,
      @Nullable Verdict verdict) {
    this.page = page;
    this.name = name;
    this.history = history;
    this.members = members;
    this.result = result;
    this.model = model;
    this.verdict = verdict;
  }

  void write() {
    page.open("header");
    page.open("p", "class", "kicker").text("Polymath training report").close();
    page.open("h1").text(Format.shortened(name, 80)).close();
    page.open("div", "class", "hero");
    page.open("p", "class", "figure").text(result.figure());
    page.element("small", result.unit());
    page.element("span", result.baseline(), "class", "baseline").close();
    page.open("div", "class", "words");
    if (verdict != null) {
      page.element("p", sentence(verdict.summary()), "class", "verdict");
    }
    for (String sentence : result.sentences()) {
      page.element("p", sentence, "class", "result");
    }
    page.close();
    page.close();
    if (verdict != null && !verdict.findings().isEmpty()) {
      findings(verdict);
    }
    strip();
    page.close();
  }

  private void findings(Verdict seen) {
    page.open("ol", "class", "findings");
    for (Verdict.Finding finding : seen.findings()) {
      page.open("li", "class", finding.severity().name().toLowerCase(Locale.ROOT));
      page.element("p", sentence(finding.seen()));
      page.element("p", sentence(finding.advice()), "class", "advice").close();
    }
    page.close();
  }

  private static String sentence(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".";
  }

  private void strip() {
    BackendInfo backend = model.network().backend().info();
    page.open("dl", "class", "strip");
    int several = model.members().size();
    if (several > 1) {
      page.fact("members", Format.count(several));
    }
    page.fact("trained", members.trained());
    page.fact("in", Format.seconds(history.seconds()));
    page.fact("steps", Format.count(history.steps()));
    page.fact("parameters", Format.count(several * model.network().parameterCount()));
    page.fact("backend", backend.name());
    page.fact("threads", Format.count(backend.threads()));
    page.fact(result.last(), result.lastValue());
    page.close();
  }
}
