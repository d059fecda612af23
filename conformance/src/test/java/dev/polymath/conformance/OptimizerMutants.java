package dev.polymath.conformance;

import java.util.List;

/** Faults in adam. */
final class OptimizerMutants {

  private static final String GROUP = "Optimizer";

  private OptimizerMutants() {}

  /** The four numbers of one element. */
  private static final class Element {
    double g;
    double m;
    double v;
    double value;
  }

  /** One element's update. */
  private interface Rule {
    void update(Element e, double beta1, double beta2, double rate, double epsilon, double decay);
  }

  private static Mutant rule(String name, String sentence, String symptom, Rule rule) {
    return Mutant.of(
        name,
        sentence,
        GROUP,
        symptom,
        () ->
            new ReferenceBackend() {
              @Override
              protected void adamKernel(
                  ReferenceTensor gradient,
                  ReferenceTensor m,
                  ReferenceTensor v,
                  ReferenceTensor value,
                  float beta1,
                  float beta2,
                  float rate,
                  float epsilon,
                  float decay) {
                Element e = new Element();
                for (int i = 0; i < value.size(); i++) {
                  e.g = gradient.data[i];
                  e.m = m.data[i];
                  e.v = v.data[i];
                  e.value = value.data[i];
                  rule.update(e, beta1, beta2, rate, epsilon, decay);
                  m.data[i] = (float) e.m;
                  v.data[i] = (float) e.v;
                  value.data[i] = (float) e.value;
                }
              }
            });
  }

  /** After a right update. */
  private interface Spoiling {
    void spoil(
        ReferenceTensor gradient,
        ReferenceTensor m,
        ReferenceTensor v,
        ReferenceTensor value,
        float[] valueBefore);
  }

  private static Mutant spoiled(String name, String sentence, String symptom, Spoiling spoiling) {
    return Mutant.of(
        name,
        sentence,
        GROUP,
        symptom,
        () ->
            new ReferenceBackend() {
              @Override
              protected void adamKernel(
                  ReferenceTensor gradient,
                  ReferenceTensor m,
                  ReferenceTensor v,
                  ReferenceTensor value,
                  float beta1,
                  float beta2,
                  float rate,
                  float epsilon,
                  float decay) {
                float[] before = value.data.clone();
                super.adamKernel(gradient, m, v, value, beta1, beta2, rate, epsilon, decay);
                spoiling.spoil(gradient, m, v, value, before);
              }
            });
  }

  private static void moments(Element e, double beta1, double beta2) {
    e.m = beta1 * e.m + (1 - beta1) * e.g;
    e.v = beta2 * e.v + (1 - beta2) * e.g * e.g;
  }

  static List<Mutant> all() {
    return List.of(
        rule(
            "epsilon inside the root",
            "adam: rate · m / (√v + epsilon)",
            ": value",
            (e, beta1, beta2, rate, epsilon, decay) -> {
              moments(e, beta1, beta2);
              e.value = (1 - decay) * e.value - rate * e.m / Math.sqrt(e.v + epsilon * epsilon);
            }),
        rule(
            "decay applied to m",
            "adam: the decay is of the value alone",
            ": m",
            (e, beta1, beta2, rate, epsilon, decay) -> {
              e.g += decay * e.value;
              moments(e, beta1, beta2);
              e.value -= rate * e.m / (Math.sqrt(e.v) + epsilon);
            }),
        rule(
            "decay times rate",
            "adam: (1 − decay) · value, the rate in it already",
            ": value",
            (e, beta1, beta2, rate, epsilon, decay) -> {
              moments(e, beta1, beta2);
              e.value = (1 - rate * decay) * e.value - rate * e.m / (Math.sqrt(e.v) + epsilon);
            }),
        rule(
            "gradient not weighted in m",
            "adam: m = beta1 · m + (1 − beta1) · gradient",
            ": m",
            (e, beta1, beta2, rate, epsilon, decay) -> {
              double m = beta1 * e.m + e.g;
              moments(e, beta1, beta2);
              e.m = m;
              e.value = (1 - decay) * e.value - rate * e.m / (Math.sqrt(e.v) + epsilon);
            }),
        rule(
            "gradient not squared in v",
            "adam: v = beta2 · v + (1 − beta2) · gradient²",
            ": v",
            (e, beta1, beta2, rate, epsilon, decay) -> {
              double v = beta2 * e.v + (1 - beta2) * Math.abs(e.g);
              moments(e, beta1, beta2);
              e.v = v;
              e.value = (1 - decay) * e.value - rate * e.m / (Math.sqrt(e.v) + epsilon);
            }),
        rule(
            "step of the old moments",
            "adam: m, then v, then value, in this order",
            ": value",
            (e, beta1, beta2, rate, epsilon, decay) -> {
              e.value = (1 - decay) * e.value - rate * e.m / (Math.sqrt(e.v) + epsilon);
              moments(e, beta1, beta2);
            }),
        rule(
            "bias corrected again",
            "adam: the bias correction is the caller's",
            ": value",
            (e, beta1, beta2, rate, epsilon, decay) -> {
              moments(e, beta1, beta2);
              double root = Math.sqrt(e.v / (1 - beta2 + 1e-9));
              e.value = (1 - decay) * e.value - rate * e.m / (root + epsilon);
            }),
        spoiled(
            "second moment not kept",
            "adam: v is updated in place",
            ": v",
            (gradient, m, v, value, before) -> java.util.Arrays.fill(v.data, 0, v.size(), 0)),
        spoiled(
            "gradient cleared",
            "adam: gradient is read",
            "its input gradient",
            (gradient, m, v, value, before) ->
                java.util.Arrays.fill(gradient.data, 0, gradient.size(), 0)),
        spoiled(
            "last elements not updated",
            "adam: element by element",
            ": value",
            (gradient, m, v, value, before) -> {
              int tail = value.size() % 8;
              System.arraycopy(before, value.size() - tail, value.data, value.size() - tail, tail);
            }),
        spoiled(
            "NaN gradient skipped",
            "adam hides no NaN",
            "expected NaN",
            (gradient, m, v, value, before) -> {
              for (int i = 0; i < value.size(); i++) {
                value.data[i] = Float.isNaN(value.data[i]) ? before[i] : value.data[i];
              }
            }),
        spoiled(
            "adam over the whole storage",
            "firstRows: adam writes the rows of the view alone",
            "the rows behind",
            (gradient, m, v, value, before) ->
                java.util.Arrays.fill(v.data, v.size(), v.data.length, 0)),
        Mutant.of(
            "parameters in an order of their own, forgotten in adam",
            "allocateLike: adam is right between like tensors, and with plain ones",
            GROUP,
            "PARAMETER",
            TransposedTensor::session));
  }
}
