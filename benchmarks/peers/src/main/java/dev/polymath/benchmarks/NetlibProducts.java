package dev.polymath.benchmarks;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;
import dev.ludovic.netlib.blas.NativeBLAS;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_full;

/** {@code dev.ludovic.netlib:blas} on {@code float[]}: its own Java, or its way to native code. */
final class NetlibProducts implements ProductEngine {

  /** Held here, or the level would be lost with the logger. */
  private static final Logger QUIET = Logger.getLogger("dev.ludovic.netlib.blas");

  private final String name;
  private final BLAS blas;
  private final String threads;

  private NetlibProducts(String name, BLAS blas, String threads) {
    this.name = name;
    this.blas = blas;
    this.threads = threads;
  }

  /** The best Java that the JDK allows: its Vector API from 16 on, with the module's flag. */
  static NetlibProducts java() {
    choose();
    return new NetlibProducts("netlib", JavaBLAS.getInstance(), "1 thread");
  }

  /**
   * The same OpenBLAS as {@link OpenBlasProducts}, called on pinned or copied Java arrays.
   *
   * @throws IllegalStateException unless the environment pins the threads: the library is loaded a
   *     second time, where no call of ours reaches it
   */
  static NetlibProducts onOpenBlas(int threads) {
    String pinned = System.getenv("OPENBLAS_NUM_THREADS");
    if (!String.valueOf(threads).equals(pinned)) {
      throw new IllegalStateException(
          "netlib-native: expected OPENBLAS_NUM_THREADS=" + threads + ", found " + pinned);
    }
    choose();
    return new NetlibProducts(
        "netlib-native", NativeBLAS.getInstance(), "OpenBLAS, threads " + threads);
  }

  /** Before the library's first use: it chooses once, and else takes the system's slow BLAS. */
  private static void choose() {
    QUIET.setLevel(Level.WARNING);
    Loader.load(openblas_full.class);
    try {
      System.setProperty(
          "dev.ludovic.netlib.blas.nativeLibPath",
          Loader.cacheResource(openblas_full.class, libraryName()).getPath());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String libraryName() {
    String platform = Loader.getPlatform();
    String file =
        platform.startsWith("windows")
            ? "libopenblas.dll"
            : platform.startsWith("macosx") ? "libopenblas.0.dylib" : "libopenblas.so.0";
    return "/org/bytedeco/openblas/" + platform + "/" + file;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return blas.getClass().getSimpleName() + ", " + threads;
  }

  @Override
  public Product product(Factors factors) {
    float[] out = new float[factors.m() * factors.n()];
    // Column-major: the product is its transpose, bᵀ · aᵀ.
    String transA = factors.transA() ? "T" : "N";
    String transB = factors.transB() ? "T" : "N";
    int m = factors.m();
    int n = factors.n();
    int k = factors.k();
    float[] a = factors.a();
    float[] b = factors.b();
    int lda = factors.colsOfA();
    int ldb = factors.colsOfB();
    return new Product() {
      @Override
      public void run() {
        blas.sgemm(transB, transA, n, m, k, 1, b, ldb, a, lda, 0, out, n);
      }

      @Override
      public float[] result() {
        return out.clone();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void close() {}
}
