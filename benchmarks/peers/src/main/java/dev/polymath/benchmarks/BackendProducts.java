package dev.polymath.benchmarks;

import dev.polymath.Backend;
import dev.polymath.BackendInfo;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.Tensor;

/** One of our backends, through the same calls that a layer makes. */
final class BackendProducts implements ProductEngine {

  private final Backend session;

  BackendProducts(String name, int threads) {
    session = Backends.open(name, BackendOptions.defaults().threads(threads));
  }

  @Override
  public String name() {
    return session.info().name();
  }

  @Override
  public String description() {
    return description(session.info());
  }

  /** Such as {@code 0.1.0, Vector API, 256-bit lanes, FMA, threads 1}. */
  static String description(BackendInfo info) {
    return info.version() + ", " + info.runsOn() + ", threads " + info.threads();
  }

  @Override
  public Product product(Factors factors) {
    Tensor a = session.allocate(factors.rowsOfA(), factors.colsOfA());
    a.write(factors.a(), 0);
    Tensor b = session.allocate(factors.rowsOfB(), factors.colsOfB());
    b.write(factors.b(), 0);
    Tensor out = session.allocate(factors.m(), factors.n());
    return new Product() {
      @Override
      public void run() {
        switch (factors.form()) {
          case NN -> session.matmul(a, b, out);
          case TN -> session.matmulTransA(a, b, out);
          case NT -> session.matmulTransB(a, b, out);
        }
      }

      @Override
      public float[] result() {
        float[] result = new float[factors.m() * factors.n()];
        out.read(result, 0);
        return result;
      }

      /** Tensors live as long as their session. */
      @Override
      public void close() {}
    };
  }

  @Override
  public void close() {
    session.close();
  }
}
