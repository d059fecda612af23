package dev.polymath.benchmarks;

import dev.polymath.benchmarks.MatmulBenchmark.Form;
import dev.polymath.benchmarks.ProductEngine.Product;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Matrix products of several libraries by turns in one JVM: seconds a shape where JMH takes
 * minutes. Each library runs the same factors; its result is checked against the oracle before
 * anything is timed. Prints the FMA peak before and after, and a Markdown table: the median of each
 * library in GFLOP/s, and of the ratios of the first one to each other over the rounds, with the
 * lowest and the highest.
 *
 * <p>Native code shares the JVM with ours because it shares nothing that the JIT compiles. Two
 * backends of ours would: name one.
 */
public final class ProductTimer {

  private static final double COMPILE_SECONDS = 0.3;
  private static final int PEAK_WINDOWS = 60;
  private static final long PEAK_WINDOW_NANOS = 20_000_000;
  private static final double WARM_SECONDS = 0.15;
  private static final double MOST_SECONDS = 4;

  /** OpenBLAS's threads spin for some 30 ms after a product, on the cores of whoever is next. */
  private static final int REST_MILLIS = 60;

  private final List<ProductEngine> engines;
  private final int threads;
  private final int rounds;
  private final double window;

  private ProductTimer(List<ProductEngine> engines, int threads, int rounds, double window) {
    this.engines = engines;
    this.threads = threads;
    this.rounds = rounds;
    this.window = window;
  }

  /**
   * Times one library against others.
   *
   * @param arguments pairs of an option and a value, each with a default: {@code --engines
   *     NAME,NAME} (a backend, {@code openblas}, {@code netlib}, {@code netlib-native}), {@code
   *     --shapes} ({@code squares}, {@code classifier}, {@code gradients} or {@code MxKxN}, with
   *     commas), {@code --forms}, {@code --threads}, {@code --pairs}, {@code --window} in
   *     milliseconds, {@code --raw true} for one line a measurement in place of the table
   */
  public static void main(String[] arguments) throws InterruptedException {
    Options options =
        Options.of("--engines", "arrays-vector,openblas")
            .with("--shapes", "squares,classifier,gradients")
            .with("--forms", "NN,TN,NT")
            .with("--threads", "1")
            .with("--pairs", "11")
            .with("--window", "10")
            .with("--raw", "false")
            .read(arguments);
    int threads = options.number("--threads");
    boolean raw = Boolean.parseBoolean(options.text("--raw"));
    List<ProductCase> cases = new ArrayList<>();
    List<ProductEngine> engines = new ArrayList<>();
    try {
      List<Form> forms = options.list("--forms").stream().map(ProductTimer::form).toList();
      cases.addAll(ProductCase.parse(options.list("--shapes"), forms));
      for (String name : options.list("--engines")) {
        engines.add(engine(name, threads));
      }
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw Options.refuse(e.getMessage());
    }
    ProductTimer timer =
        new ProductTimer(
            engines, threads, options.number("--pairs"), options.number("--window") * 1e-3);
    System.out.println("# JDK " + Runtime.version());
    for (ProductEngine engine : engines) {
      System.out.println("# " + engine.name() + ": " + engine.description());
    }
    // First, while the JVM knows one length of vectors: once there are two, C2 may not compile it.
    peak(raw);
    timer.compile(cases);
    if (!raw) {
      System.out.println(timer.header());
    }
    for (ProductCase shape : cases) {
      double[][] measured = timer.measure(shape.factors());
      System.out.println(raw ? timer.raw(shape, measured) : timer.row(shape, measured));
    }
    peak(raw);
    engines.forEach(ProductEngine::close);
  }

  /** What one core could do at most, just now: its share of the host may differ in a minute. */
  private static void peak(boolean raw) {
    PeakBenchmark benchmark = new PeakBenchmark();
    benchmark.prepare();
    double best = 0;
    for (int window = 0; window < PEAK_WINDOWS; window++) {
      PeakBenchmark.Work work = new PeakBenchmark.Work();
      long start = System.nanoTime();
      long now;
      do {
        benchmark.fma(work);
        now = System.nanoTime();
      } while (now - start < PEAK_WINDOW_NANOS);
      best = Math.max(best, work.gflop / ((now - start) * 1e-9));
    }
    System.out.print(
        raw
            ? Measurements.line(PeersTable.PEAK, "one thread", "fma", best)
            : String.format(Locale.ROOT, "%nFMA peak of one thread: %.1f GFLOP/s%n%n", best));
  }

  private static Form form(String name) {
    for (Form form : Form.values()) {
      if (form.name().equals(name)) {
        return form;
      }
    }
    throw new IllegalArgumentException(
        "--forms: expected some of " + Arrays.toString(Form.values()) + ", found " + name);
  }

  private static ProductEngine engine(String name, int threads) {
    return switch (name) {
      case "openblas" -> new OpenBlasProducts(threads);
      case "netlib" -> NetlibProducts.java();
      case "netlib-native" -> NetlibProducts.onOpenBlas(threads);
      default -> new BackendProducts(name, threads);
    };
  }

  /**
   * Runs every case for a while before the first is timed: each shape may be the first to reach a
   * loop, and until C2 has compiled a vector loop it takes ten times as long.
   */
  private void compile(List<ProductCase> cases) {
    for (ProductEngine engine : engines) {
      for (ProductCase shape : cases) {
        Product product = engine.product(shape.factors());
        long end = System.nanoTime() + (long) (COMPILE_SECONDS * 1e9);
        do {
          product.run();
        } while (System.nanoTime() < end);
        product.close();
      }
    }
  }

  /** GFLOP/s by engine and round. */
  private double[][] measure(Factors factors) throws InterruptedException {
    List<Product> products = new ArrayList<>();
    for (ProductEngine engine : engines) {
      Product product = engine.product(factors);
      product.run();
      factors.check(engine.name(), product.result());
      products.add(product);
    }
    long[] calls = new long[products.size()];
    for (int i = 0; i < calls.length; i++) {
      double call = warmUp(products.get(i));
      calls[i] = Math.max(1, Math.round(window / call));
    }
    double[][] measured = new double[products.size()][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int turn = 0; turn < calls.length; turn++) {
        // Each comes first in its turn.
        int i = (round + turn) % calls.length;
        if (threads > 1) {
          Thread.sleep(REST_MILLIS);
          time(products.get(i), 1 + calls[i] / 4);
        }
        double seconds = time(products.get(i), calls[i]);
        measured[i][round] = factors.gflop() * calls[i] / seconds;
      }
    }
    for (int i = 0; i < products.size(); i++) {
      factors.check(engines.get(i).name(), products.get(i).result());
      products.get(i).close();
    }
    return measured;
  }

  /** Runs until the time of a call stops falling; gives the least of them in seconds. */
  private double warmUp(Product product) {
    long start = System.nanoTime();
    double best = Double.POSITIVE_INFINITY;
    double lastFall = 0;
    double elapsed = 0;
    long calls = 1;
    while (elapsed < MOST_SECONDS
        && (elapsed < WARM_SECONDS || elapsed - lastFall < WARM_SECONDS / 2)) {
      double seconds = time(product, calls);
      elapsed = (System.nanoTime() - start) * 1e-9;
      double call = seconds / calls;
      if (call < 0.98 * best) {
        lastFall = elapsed;
      }
      best = Math.min(best, call);
      calls = Math.max(1, Math.round(window / 2 / best));
    }
    return best;
  }

  private static double time(Product product, long calls) {
    long start = System.nanoTime();
    for (long i = 0; i < calls; i++) {
      product.run();
    }
    return (System.nanoTime() - start) * 1e-9;
  }

  private String header() {
    StringBuilder names = new StringBuilder("| shape | form |");
    StringBuilder rule = new StringBuilder("|---|---|");
    for (ProductEngine engine : engines) {
      names.append(' ').append(engine.name()).append(" |");
      rule.append("---|");
    }
    for (ProductEngine other : engines.subList(1, engines.size())) {
      names.append(" ratio to ").append(other.name()).append(" |");
      rule.append("---|");
    }
    return names + "\n" + rule;
  }

  private String row(ProductCase shape, double[][] measured) {
    StringBuilder row = new StringBuilder("| " + shape.shape() + " | " + shape.form() + " |");
    for (double[] own : measured) {
      row.append(String.format(Locale.ROOT, " %.1f |", PeersTable.median(own)));
    }
    for (int i = 1; i < measured.length; i++) {
      double[] ratios = new double[rounds];
      for (int round = 0; round < rounds; round++) {
        ratios[round] = measured[0][round] / measured[i][round];
      }
      double middle = PeersTable.median(ratios);
      row.append(
          String.format(
              Locale.ROOT,
              " %.2f (%.2f to %.2f)%s |",
              middle,
              Arrays.stream(ratios).min().orElseThrow(),
              Arrays.stream(ratios).max().orElseThrow(),
              middle < 1 ? " *" : ""));
    }
    return row.toString();
  }

  /** A line for each measurement, as {@link Measurements} reads them. */
  private String raw(ProductCase shape, double[][] measured) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < measured.length; i++) {
      for (double gflops : measured[i]) {
        lines.append(
            Measurements.line(
                "products", shape.shape() + " " + shape.form(), engines.get(i).name(), gflops));
      }
    }
    return lines.toString().stripTrailing();
  }
}
