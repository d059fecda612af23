package dev.polymath.benchmarks;

import static org.bytedeco.openblas.global.openblas_full.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_full.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_full.CblasTrans;
import static org.bytedeco.openblas.global.openblas_full.cblas_sgemm;
import static org.bytedeco.openblas.global.openblas_full.openblas_get_config;
import static org.bytedeco.openblas.global.openblas_full.openblas_get_num_threads;
import static org.bytedeco.openblas.global.openblas_full.openblas_set_num_threads;

import org.bytedeco.javacpp.FloatPointer;

/** OpenBLAS's own {@code cblas_sgemm} on native memory that is allocated beforehand. */
final class OpenBlasProducts implements ProductEngine {

  OpenBlasProducts(int threads) {
    openblas_set_num_threads(threads);
  }

  @Override
  public String name() {
    return "openblas";
  }

  @Override
  public String description() {
    return openblas_get_config().getString().trim() + ", threads " + openblas_get_num_threads();
  }

  @Override
  public Product product(Factors factors) {
    FloatPointer a = new FloatPointer(factors.a());
    FloatPointer b = new FloatPointer(factors.b());
    FloatPointer out = new FloatPointer((long) factors.m() * factors.n());
    int transA = factors.transA() ? CblasTrans : CblasNoTrans;
    int transB = factors.transB() ? CblasTrans : CblasNoTrans;
    int m = factors.m();
    int n = factors.n();
    int k = factors.k();
    int lda = factors.colsOfA();
    int ldb = factors.colsOfB();
    return new Product() {
      @Override
      public void run() {
        cblas_sgemm(CblasRowMajor, transA, transB, m, n, k, 1, a, lda, b, ldb, 0, out, n);
      }

      @Override
      public float[] result() {
        float[] result = new float[m * n];
        out.get(result);
        return result;
      }

      @Override
      public void close() {
        a.close();
        b.close();
        out.close();
      }
    };
  }

  @Override
  public void close() {}
}
