package dev.polymath.backend.nd4j;

import java.util.concurrent.ConcurrentLinkedQueue;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.impl.reduce.Mmul;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@code out = op(a) · op(b) + β · out}, with β 0 or 1, by ND4J's matrix product in an {@link
 * OpContext} that is used again.
 *
 * <p>{@code Nd4j.gemm} makes a native context for each call, which only the garbage collector
 * frees: {@code OpContext.close()} does nothing. It also costs 8 µs more. For the same reason the
 * contexts here are the process's and not a session's: there are as many as calls ran at once.
 */
enum Gemm {
  PLAIN(0, 0, 0),
  TRANS_A(1, 0, 0),
  TRANS_B(0, 1, 0),
  ADDED_TO_OUT(0, 0, 1);

  private final long[] transposed;
  private final double[] factors;
  private final Mmul operation = new Mmul();
  private final ConcurrentLinkedQueue<OpContext> contexts = new ConcurrentLinkedQueue<>();

  Gemm(long transA, long transB, double beta) {
    transposed = new long[] {transA, transB, 0};
    factors = new double[] {1, beta};
  }

  void multiply(Nd4jTensor a, Nd4jTensor b, Nd4jTensor out) {
    OpContext context = contexts.poll();
    if (context == null) {
      context = Nd4j.getExecutioner().buildContext();
      context.setTArguments(factors);
      context.setIArguments(transposed);
    }
    try {
      context.setInputArray(0, a.array);
      context.setInputArray(1, b.array);
      context.setOutputArray(0, out.array);
      Nd4j.exec(operation, context);
    } finally {
      // Forgets the arrays: native handles would add up, and a closed session's be kept.
      context.purge();
      contexts.offer(context);
    }
  }
}
