package dev.polymath;

import dev.polymath.internal.LossFormulas;

/**
 * A session on one backend: the maker and owner of tensors, layers and losses, which live until
 * {@link #close()}.
 *
 * <p>Several threads may call one session at once as long as none writes what another uses. Every
 * tensor passed to a session must be its own.
 *
 * <p>The three matrix products round as any order of float32 multiplications and additions may; two
 * runs of the same calls on the same session settings give the same bits, whatever other threads do
 * at the time.
 *
 * <p>An operation sees its arguments as they are when it is called, however they were changed. It
 * keeps nothing of a call. On an interrupted thread it gives its result all the same, and leaves
 * the thread interrupted.
 */
public interface Backend extends AutoCloseable {

  /**
   * The name, the version, the threads in force and what it runs on: the same as long as the
   * session lives. May be asked for after {@link #close()} too.
   */
  BackendInfo info();

  /**
   * A new matrix of zeros.
   *
   * @param rows at least 1
   * @param cols at least 1; {@code rows · cols} fits an int
   */
  Tensor allocate(int rows, int cols);

  /**
   * A new matrix of zeros in the shape of another, stored as that one is. For the gradients and the
   * optimizer's moments of a {@link Parameter}: a backend may keep parameters in an order of its
   * own, and updates run at full speed between tensors of one order. Nothing but speed depends on
   * it.
   *
   * @param tensor its shape and storage order are used, its content is not
   */
  Tensor allocateLike(Tensor tensor);

  /**
   * Gives a tensor back: nobody will use it or a view of it again, and its memory may go at once.
   * For what lives shorter than the session, such as the buffers of one training run. What is not
   * given back lives until {@link #close()}.
   *
   * <p>A later use of the tensor or of a view throws {@link IllegalStateException}. Releasing it
   * again does nothing, nor does releasing after {@link #close()}. It counts as writing: no other
   * thread may use the tensor meanwhile.
   *
   * @param tensor allocated by this session, or a view of such a one, which releases the whole; no
   *     parameter, which its layer needs
   */
  void release(Tensor tensor);

  /**
   * {@code out = a · b}.
   *
   * @param a {@code [m, k]}, read
   * @param b {@code [k, n]}, read
   * @param out {@code [m, n]}, overwritten
   */
  void matmul(Tensor a, Tensor b, Tensor out);

  /**
   * {@code out = aᵀ · b}: the weight gradient {@code xᵀ · dy}.
   *
   * @param a {@code [k, m]}, read
   * @param b {@code [k, n]}, read
   * @param out {@code [m, n]}, overwritten
   */
  void matmulTransA(Tensor a, Tensor b, Tensor out);

  /**
   * {@code out = a · bᵀ}: the input gradient {@code dy · wᵀ}.
   *
   * @param a {@code [m, k]}, read
   * @param b {@code [n, k]}, read
   * @param out {@code [m, n]}, overwritten
   */
  void matmulTransB(Tensor a, Tensor b, Tensor out);

  /**
   * {@code y[i, j] += row[0, j]}.
   *
   * @param row {@code [1, c]}, read
   * @param y {@code [n, c]}, updated in place
   */
  void addRow(Tensor row, Tensor y);

  /**
   * {@code out[0, j] = Σ over i of x[i, j]}.
   *
   * @param x {@code [n, c]}, read
   * @param out {@code [1, c]}, overwritten
   */
  void sumRows(Tensor x, Tensor out);

  /**
   * {@code y = f(x)}, element by element, or row by row for softmax.
   *
   * @param x {@code [n, c]}, read
   * @param y {@code [n, c]}, overwritten; may be {@code x} itself, no other overlap
   */
  void activate(Activation f, Tensor x, Tensor y);

  /**
   * {@code dx = dy · f′}, the derivative taken from the output; by row for softmax.
   *
   * @param y {@code [n, c]}, the output of {@link #activate}, read
   * @param dy {@code [n, c]}, read
   * @param dx {@code [n, c]}, overwritten; may be {@code dy} itself, no other overlap
   */
  void activateBackward(Activation f, Tensor y, Tensor dy, Tensor dx);

  /**
   * {@code y = α · x + β · y}. With β = 0 the old y is not read: a NaN in it does not survive. With
   * α = 0, x is read all the same: {@code 0 · ∞} and {@code 0 · NaN} are NaN.
   *
   * @param x {@code [n, c]}, read
   * @param y {@code [n, c]}, updated in place
   */
  void axpby(float alpha, Tensor x, float beta, Tensor y);

  /**
   * {@code out = a ⊙ b}, element by element: {@code out[i, j] = a[i, j] · b[i, j]}, rounded once.
   * For a mask on a matrix. As in all of IEEE 754, {@code 0 · ∞} and {@code 0 · NaN} are NaN.
   *
   * <p>By default computed on the host, between a read and a write.
   *
   * @param a {@code [n, c]}, read
   * @param b {@code [n, c]}, read; may be or share with {@code a}
   * @param out {@code [n, c]}, overwritten; may be {@code a} or {@code b} itself, no other overlap
   */
  default void multiply(Tensor a, Tensor b, Tensor out) {
    OnHost.multiply(a, b, out);
  }

  /**
   * {@code Σ x[i, j]²} over all elements: the square of a gradient's norm. Squared and summed in
   * double, so that it is finite for every finite {@code x}, however large or small. A NaN in
   * {@code x} makes it NaN; an infinity without a NaN makes it +∞.
   *
   * <p>By default computed on the host, after a read.
   *
   * @param x {@code [n, c]}, read
   */
  default double sumOfSquares(Tensor x) {
    return OnHost.sumOfSquares(x);
  }

  /**
   * One update of AdamW, element by element, in this order:
   *
   * <pre>{@code
   * m     = beta1 · m + (1 − beta1) · gradient
   * v     = beta2 · v + (1 − beta2) · gradient²
   * value = (1 − decay) · value − rate · m / (√v + epsilon)
   * }</pre>
   *
   * <p>The bias correction of step t is the caller's: {@code rate = η · √(1 − beta2ᵗ) / (1 −
   * beta1ᵗ)}, {@code epsilon = ε · √(1 − beta2ᵗ)}; and {@code decay = η · λ}. See Loshchilov and
   * Hutter, "Decoupled Weight Decay Regularization", 2019.
   *
   * @param gradient {@code [n, c]}, read
   * @param m {@code [n, c]}, the first moment, updated in place
   * @param v {@code [n, c]}, the second moment, updated in place
   * @param value {@code [n, c]}, updated in place
   */
  void adam(
      Tensor gradient,
      Tensor m,
      Tensor v,
      Tensor value,
      float beta1,
      float beta2,
      float rate,
      float epsilon,
      float decay);

  /**
   * {@code y = f(x · w + b)} with {@code weight [inputs, outputs]} and {@code bias [1, outputs]},
   * both zero.
   *
   * @param f any but {@link Activation#SOFTMAX}, which is a layer of its own
   */
  Layer dense(int inputs, int outputs, Activation f);

  /** {@code y = f(x)}, without parameters. */
  Layer activation(int width, Activation f);

  /**
   * The cross-entropy of softmax, on {@link Loss.Input#LOGITS}: a row's loss is {@code −Σ t[j] ·
   * log softmax(z)[j]}, its gradient {@code softmax(z) · Σ t − t}, divided by n. Value and gradient
   * are finite for logits of ±10⁴ and more. A logit of −∞ is a class that is out of the question:
   * it costs nothing where t = 0, and ∞ where t is above 0. A row needs a finite logit, and none of
   * +∞.
   */
  Loss softmaxCrossEntropy();

  /**
   * The squared error, on {@link Loss.Input#OUTPUT}: a row's loss is {@code Σ (y[j] − t[j])²}, its
   * gradient {@code 2 · (y − t)}, divided by n.
   */
  Loss squaredError();

  /**
   * Huber's loss, on {@link Loss.Input#OUTPUT}: with {@code r = y[j] − t[j]}, a row's loss is
   * {@code Σ r² / 2} where {@code |r| ≤ δ} and {@code Σ δ · (|r| − δ / 2)} beyond; its gradient is
   * {@code r} kept within {@code [−δ, δ]}, divided by n. Far targets pull no harder than δ.
   *
   * <p>By default computed on the host, between reads and a write.
   *
   * @param delta δ, finite and above 0
   */
  default Loss huber(float delta) {
    LossFormulas.requireDelta(delta);
    return new HostLoss(Loss.Input.OUTPUT, (y, t, dy, n) -> LossFormulas.huber(y, t, dy, n, delta));
  }

  /**
   * The cross-entropy of sigmoids, one for each column, on {@link Loss.Input#LOGITS}: a row's loss
   * is {@code Σ max(z[j], 0) − z[j] · t[j] + log(1 + exp(−|z[j]|))}, its gradient {@code σ(z) − t},
   * divided by n. For columns that are true or false independently of each other. Value and
   * gradient are finite for every finite logit; an infinite one costs nothing where it is right: t
   * = 0 at −∞, t = 1 at +∞.
   *
   * <p>By default computed on the host, between reads and a write.
   */
  default Loss sigmoidCrossEntropy() {
    return new HostLoss(Loss.Input.LOGITS, LossFormulas::sigmoidCrossEntropy);
  }

  /**
   * Frees all that the session made. Waits for running calls; a later call of any of its objects
   * throws {@link IllegalStateException}. Closing twice does nothing.
   */
  @Override
  void close();
}
