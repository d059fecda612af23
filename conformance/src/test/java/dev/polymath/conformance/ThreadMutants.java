package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.BackendInfo;
import dev.polymath.BackendOptions;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;

/** Faults that show with another number of threads, or with the threads themselves. */
final class ThreadMutants {

  private static final String GROUP = "ThreadCounts";

  private ThreadMutants() {}

  private static Mutant mutant(
      String name,
      String sentence,
      String symptom,
      String check,
      Function<BackendOptions, Backend> open) {
    return Mutant.threaded(name, sentence, GROUP, symptom, open).by(check);
  }

  private static BackendInfo info(int threads) {
    return new BackendInfo(ReferenceBackend.NAME, "1", threads, "double loops", false);
  }

  /** A session that says it has threads, and a fault that depends on how many. */
  private static Stepped withThreads(int threads, Function<Stepped.Step, Boolean> spoiled) {
    return new Stepped() {
      @Override
      public BackendInfo info() {
        return ThreadMutants.info(threads);
      }

      @Override
      void after(Step step) {
        if (threads > 1 && spoiled.apply(step)) {
          step.spoilLast();
        }
      }
    };
  }

  /** One pool for all sessions. */
  private static final class Shared {
    private ExecutorService pool = ThreadedReference.newPool(8);

    Backend open(int threads) {
      if (pool.isShutdown()) {
        pool = ThreadedReference.newPool(8);
      }
      return new ThreadedReference(threads, pool);
    }
  }

  static List<Mutant> all() {
    Shared shared = new Shared();
    return List.of(
        mutant(
            "threads reported and not used",
            "BackendInfo.threads: in force",
            "runs on the caller alone",
            "reportedAreUsed",
            options -> withThreads(options.threads(), step -> false)),
        mutant(
            "threads used and not reported",
            "BackendInfo.threads: in force, one if one was asked for",
            "keeps other threads busy",
            "oneIsOne",
            options ->
                new ThreadedReference(3) {
                  @Override
                  public BackendInfo info() {
                    return ThreadMutants.info(1);
                  }
                }),
        mutant(
            "no session above eight threads",
            "BackendOptions.threads: at least 1; what can't be used is not in force",
            "threads",
            "anyNumber",
            options -> {
              if (options.threads() > 8) {
                throw new IllegalStateException("threads: at most 8");
              }
              return new ThreadedReference(options.threads());
            }),
        mutant(
            "threads rounded up to a power of two",
            "BackendInfo.threads: never more than asked for",
            "info() says",
            "anyNumber",
            options -> {
              int asked = options.threads();
              int threads = asked < 5 ? asked : Integer.highestOneBit(2 * asked - 1);
              return withThreads(threads, step -> false);
            }),
        mutant(
            "wrong above sixteen threads",
            "BackendOptions.threads: another number of threads, the same results",
            "with 31 threads asked for",
            "anyNumber",
            options ->
                withThreads(
                    options.threads(), step -> options.threads() > 16 && step.is("matmul"))),
        mutant(
            "fewer rows than threads",
            "BackendOptions.threads: another number of threads, the same results",
            "threads: number",
            "everyOperationOfThreads",
            options ->
                new ThreadedReference(options.threads()) {
                  @Override
                  int firstRow(int block, int rows) {
                    return block == threads && rows < threads
                        ? rows - 1
                        : super.firstRow(block, rows);
                  }
                }),
        mutant(
            "fewer columns than threads",
            "BackendOptions.threads: another number of threads, the same results",
            "sumRows",
            "everyOperationOfThreads",
            options ->
                withThreads(options.threads(), step -> step.is("sumRows") && step.cols() < 8)),
        mutant(
            "work cut in three",
            "BackendOptions.threads: another number of threads, the same results",
            "with 3 threads",
            "everyOperationOfThreads",
            options ->
                withThreads(options.threads(), step -> options.threads() == 3 && step.is("adam"))),
        mutant(
            "sixty-four threads on a few rows",
            "BackendOptions.threads: another number of threads, the same results",
            "with 64 threads",
            "everyOperationOfThreads",
            options ->
                withThreads(
                    options.threads(),
                    step -> options.threads() == 64 && step.operation().startsWith("activate"))),
        mutant(
            "pool of all sessions ended by one",
            "close: frees what the session made; others live on",
            "rejected",
            "closeBeside",
            options -> shared.open(options.threads())),
        mutant(
            "threads that outlive their session",
            "close: frees all that the session made, its threads too",
            "threads that five closed sessions left",
            "threadsEnd",
            options ->
                new ThreadedReference(options.threads()) {
                  @Override
                  protected void closeKernel() {}
                }),
        mutant(
            "threads said after the first work",
            "Backend.info: the same as long as the session lives",
            "info() after",
            "infoStays",
            options ->
                new Stepped() {
                  private int seen = 1;

                  @Override
                  public BackendInfo info() {
                    return ThreadMutants.info(seen);
                  }

                  @Override
                  void after(Step step) {
                    seen = options.threads();
                  }
                }),
        mutant(
            "info of the library's last setting",
            "Backend.info: the same, whatever other sessions do",
            "info() beside another session at work",
            "infoStays",
            new Function<>() {
              private int last;

              @Override
              public Backend apply(BackendOptions options) {
                last = options.threads();
                return new ReferenceBackend() {
                  @Override
                  public BackendInfo info() {
                    return ThreadMutants.info(last);
                  }
                };
              }
            }),
        Mutant.threaded(
                "product cut wrongly for four threads",
                "BackendOptions.threads: another number of threads, the same results",
                "Products",
                "with 4 threads: matmulTransA",
                options -> withThreads(options.threads(), step -> step.is("matmulTransA")))
            .by("matmulTransA"),
        Mutant.threaded(
                "softmax cut wrongly for four threads",
                "BackendOptions.threads: another number of threads, the same results",
                "Activations",
                "with 4 threads: activate SOFTMAX",
                options -> withThreads(options.threads(), step -> step.is("activate SOFTMAX")))
            .by("activate"),
        Mutant.threaded(
                "update cut wrongly for four threads",
                "BackendOptions.threads: another number of threads, the same results",
                "Optimizer",
                "with 4 threads: adam",
                options -> withThreads(options.threads(), step -> step.is("adam")))
            .by("adam"),
        Mutant.threaded(
                "old content read by four threads",
                "an output is overwritten whatever it held, on every number of threads",
                "Products",
                "with 4 threads: matmul",
                options -> withThreads(options.threads(), step -> step.is("matmul")))
            .by("noAccumulationOfProducts"),
        Mutant.threaded(
                "large derivative cut wrongly for four threads",
                "BackendOptions.threads: another number of threads, the same results",
                "Sizes",
                "with 4 threads: activateBackward",
                options ->
                    withThreads(
                        options.threads(),
                        step ->
                            step.operation().equals("activateBackward " + Activation.TANH)
                                && step.out().size() > 100_000))
            .by("activateBackwardSizes"));
  }
}
