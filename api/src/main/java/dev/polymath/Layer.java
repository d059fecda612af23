package dev.polymath;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One differentiable step of a network: {@code y = f(x; parameters)}.
 *
 * <p>A layer holds no state but its parameters: activations and gradients are the caller's. So
 * {@link #forward} may run on any number of threads at once, with any number of rows from call to
 * call, as long as nobody writes the parameters meanwhile.
 */
public interface Layer {

  /** Columns of {@code x}. */
  int inputs();

  /** Columns of {@code y}. */
  int outputs();

  /** The trained tensors, always the same list in the same order; empty for an activation. */
  List<Parameter> parameters();

  /**
   * Computes {@code y = f(x)}.
   *
   * @param x {@code [n, inputs]}, read
   * @param y {@code [n, outputs]}, overwritten
   */
  void forward(Tensor x, Tensor y);

  /**
   * Computes the gradients of the loss with respect to the input and to each parameter, from its
   * gradient with respect to the output. Updates no parameter.
   *
   * @param x {@code [n, inputs]}, the input of the forward pass, read
   * @param y {@code [n, outputs]}, its output, read
   * @param dy {@code [n, outputs]}, read, then scratch: its content is undefined afterwards
   * @param dx {@code [n, inputs]}, overwritten; null where it is not wanted, as before a first
   *     layer
   * @param gradients one for each parameter, in order and of its shape; overwritten
   */
  void backward(Tensor x, Tensor y, Tensor dy, @Nullable Tensor dx, List<Tensor> gradients);
}
