package dev.polymath.backend.arrays;

import dev.polymath.Activation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The kernels as plain loops, for every JVM: the readable reference, and the same bits as {@link
 * VectorKernels} has on every CPU.
 */
final class ScalarKernels implements Kernels {

  @Override
  public String runsOn() {
    return "scalar loops";
  }

  @Override
  public boolean allocationFree() {
    return true;
  }

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public int panelColumns() {
    return 0;
  }

  @Override
  public float[][] newScratch() {
    return ScalarProducts.newScratch();
  }

  @Override
  public void product(
      Form form,
      ArraysTensor a,
      ArraysTensor b,
      @Nullable ArraysTensor bias,
      Activation f,
      ArraysTensor out,
      int r0,
      int r1,
      int c0,
      int c1,
      float[][] scratch) {
    ScalarProducts.multiply(form, a, b, bias, f, out, r0, r1, c0, c1, scratch);
  }

  @Override
  public void addRow(float[] row, int rowAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] += row[rowAt + i];
    }
  }

  @Override
  public void sumRows(float[] x, int xAt, int stride, int rows, float[] out, int outAt, int n) {
    Arrays.fill(out, outAt, outAt + n, 0f);
    for (int i = 0; i < rows; i++) {
      addRow(x, xAt + i * stride, out, outAt, n);
    }
  }

  @Override
  public void axpby(float alpha, float[] x, int xAt, float beta, float[] y, int yAt, int n) {
    if (beta == 0f) {
      for (int i = 0; i < n; i++) {
        y[yAt + i] = alpha * x[xAt + i];
      }
    } else {
      for (int i = 0; i < n; i++) {
        y[yAt + i] = Fma.of(alpha, x[xAt + i], beta * y[yAt + i]);
      }
    }
  }

  @Override
  public void multiply(float[] a, int aAt, float[] b, int bAt, float[] out, int outAt, int n) {
    for (int i = 0; i < n; i++) {
      out[outAt + i] = a[aAt + i] * b[bAt + i];
    }
  }

  @Override
  public void adam(
      float[] gradient,
      int gradientAt,
      float[] m,
      int mAt,
      float[] v,
      int vAt,
      float[] value,
      int valueAt,
      int n,
      float beta1,
      float beta2,
      float rate,
      float epsilon,
      float decay) {
    for (int i = 0; i < n; i++) {
      float g = gradient[gradientAt + i];
      float newM = Fma.of(beta1, m[mAt + i], (1 - beta1) * g);
      float newV = Fma.of(beta2, v[vAt + i], (1 - beta2) * (g * g));
      m[mAt + i] = newM;
      v[vAt + i] = newV;
      float step = rate * newM / ((float) Math.sqrt(newV) + epsilon);
      value[valueAt + i] = (1 - decay) * value[valueAt + i] - step;
    }
  }

  @Override
  public void activate(Activation f, float[] x, int xAt, float[] y, int yAt, int n) {
    ScalarActivations.activate(f, x, xAt, y, yAt, n);
  }

  @Override
  public void activateBackward(
      Activation f, float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt, int n) {
    ScalarActivations.activateBackward(f, y, yAt, dy, dyAt, dx, dxAt, n);
  }

  @Override
  public void softmax(float[] x, int xAt, float[] y, int yAt, int n) {
    ScalarFunctions.exp(x, xAt, max(x, xAt, n), y, yAt, n);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += y[yAt + i];
    }
    float scale = (float) (1 / sum);
    for (int i = 0; i < n; i++) {
      y[yAt + i] *= scale;
    }
  }

  @Override
  public void softmaxBackward(
      float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += (double) y[yAt + i] * dy[dyAt + i];
    }
    float mean = (float) sum;
    for (int i = 0; i < n; i++) {
      dx[dxAt + i] = y[yAt + i] * (dy[dyAt + i] - mean);
    }
  }

  /** The loss is {@code log(Σ exp(z − max)) · Σt − Σ t · (z − max)}. */
  @Override
  public double crossEntropy(
      float[] z, int zAt, float[] t, int tAt, float[] dz, int dzAt, int n, float scale) {
    float max = max(z, zAt, n);
    ScalarFunctions.exp(z, zAt, max, dz, dzAt, n);
    double sum = 0;
    double weight = 0;
    double dot = 0;
    for (int i = 0; i < n; i++) {
      float target = t[tAt + i];
      sum += dz[dzAt + i];
      weight += target;
      // A logit of -∞ with target 0 adds nothing; the product alone would be NaN.
      dot += target == 0f ? 0 : target * ((double) z[zAt + i] - max);
    }
    float p = (float) (scale * weight / sum);
    for (int i = 0; i < n; i++) {
      dz[dzAt + i] = p * dz[dzAt + i] - t[tAt + i] * scale;
    }
    return Logarithm.of(sum) * weight - dot;
  }

  @Override
  public double sigmoidCrossEntropy(
      float[] z, int zAt, float[] t, int tAt, float[] dz, int dzAt, int n, float scale) {
    for (int i = 0; i < n; i++) {
      dz[dzAt + i] = -Math.abs(z[zAt + i]);
    }
    ScalarFunctions.exp(dz, dzAt, 0f, dz, dzAt, n);
    double loss = SigmoidLosses.sum(z, zAt, t, tAt, dz, dzAt, n);
    for (int i = 0; i < n; i++) {
      float e = dz[dzAt + i];
      dz[dzAt + i] = ((z[zAt + i] > 0 ? 1f : e) / (e + 1f) - t[tAt + i]) * scale;
    }
    return loss;
  }

  @Override
  public void columnSquares(
      float[] x, int at, int stride, int rows, double[] sums, int sumsAt, int n) {
    ScalarSquares.columns(x, at, stride, rows, sums, sumsAt, n);
  }

  /** The largest element; NaN if one is NaN. */
  private static float max(float[] x, int at, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, x[at + i]);
    }
    return max;
  }
}
