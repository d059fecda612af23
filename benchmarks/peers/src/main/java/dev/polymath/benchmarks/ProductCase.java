package dev.polymath.benchmarks;

import dev.polymath.benchmarks.MatmulBenchmark.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One row of the table of products: {@code [m, k] · [k, n]} in one form. */
record ProductCase(int m, int k, int n, Form form) {

  private static final Pattern SHAPE = Pattern.compile("(\\d{1,5})x(\\d{1,5})x(\\d{1,5})");
  private static final int[] SQUARES = {64, 128, 256, 512, 1024};
  private static final int[] BATCHES = {32, 64, 128, 512};
  private static final int[][] LAYERS = {{784, 128}, {128, 50}, {50, 10}};

  /**
   * The cases of names and shapes: {@code squares} from 64 to 1024; {@code classifier}, the forward
   * products of 784-128-50-10 at four batches; both, like each {@code MxKxN}, in all given forms.
   * {@code gradients} are the products of its backward pass, in their own form each.
   */
  static List<ProductCase> parse(List<String> names, List<Form> forms) {
    List<ProductCase> cases = new ArrayList<>();
    for (String name : names) {
      switch (name) {
        case "squares" -> {
          for (int size : SQUARES) {
            forms.forEach(form -> cases.add(new ProductCase(size, size, size, form)));
          }
        }
        case "classifier" -> {
          for (int[] layer : LAYERS) {
            for (int batch : BATCHES) {
              forms.forEach(form -> cases.add(new ProductCase(batch, layer[0], layer[1], form)));
            }
          }
        }
        case "gradients" -> cases.addAll(gradients(forms));
        default -> {
          Matcher sizes = SHAPE.matcher(name);
          if (!sizes.matches()) {
            throw new IllegalArgumentException(
                "--shapes: expected squares, classifier, gradients or MxKxN, found " + name);
          }
          int m = Integer.parseInt(sizes.group(1));
          int k = Integer.parseInt(sizes.group(2));
          int n = Integer.parseInt(sizes.group(3));
          forms.forEach(form -> cases.add(new ProductCase(m, k, n, form)));
        }
      }
    }
    return cases;
  }

  private static List<ProductCase> gradients(List<Form> forms) {
    List<ProductCase> cases = new ArrayList<>();
    for (int[] layer : LAYERS) {
      for (int batch : BATCHES) {
        if (forms.contains(Form.TN)) {
          cases.add(new ProductCase(layer[0], batch, layer[1], Form.TN));
        }
        if (forms.contains(Form.NT)) {
          cases.add(new ProductCase(batch, layer[1], layer[0], Form.NT));
        }
      }
    }
    return cases;
  }

  String shape() {
    return m + "x" + k + "x" + n;
  }

  Factors factors() {
    return Factors.of(form, m, k, n);
  }
}
