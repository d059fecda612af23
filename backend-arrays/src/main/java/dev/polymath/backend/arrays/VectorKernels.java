package dev.polymath.backend.arrays;

import dev.polymath.Activation;
import org.jspecify.annotations.Nullable;

/** The kernels on the JDK's Vector API. */
final class VectorKernels implements Kernels {

  @Override
  public String runsOn() {
    return "Vector API, "
        + Lanes.FLOATS.vectorBitSize()
        + (Lanes.IN_HARDWARE ? "-bit lanes, FMA" : "-bit lanes, emulated");
  }

  @Override
  public boolean allocationFree() {
    return Lanes.IN_HARDWARE;
  }

  @Override
  public int lanes() {
    return Lanes.COUNT;
  }

  @Override
  public int panelColumns() {
    return Lanes.MANY_REGISTERS ? VectorProducts.PANEL : VectorPackedProducts.TILE;
  }

  @Override
  public float[][] newScratch() {
    return Lanes.MANY_REGISTERS ? VectorProducts.newScratch() : VectorPackedProducts.newScratch();
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
    if (Lanes.MANY_REGISTERS) {
      VectorProducts.multiply(form, a, b, bias, f, out, r0, r1, c0, c1, scratch[0]);
    } else {
      VectorPackedProducts.multiply(form, a, b, bias, f, out, r0, r1, c0, c1, scratch);
    }
  }

  @Override
  public void addRow(float[] row, int rowAt, float[] y, int yAt, int n) {
    VectorUpdates.addRow(row, rowAt, y, yAt, n);
  }

  @Override
  public void sumRows(float[] x, int xAt, int stride, int rows, float[] out, int outAt, int n) {
    VectorUpdates.sumRows(x, xAt, stride, rows, out, outAt, n);
  }

  @Override
  public void axpby(float alpha, float[] x, int xAt, float beta, float[] y, int yAt, int n) {
    VectorUpdates.axpby(alpha, x, xAt, beta, y, yAt, n);
  }

  @Override
  public void multiply(float[] a, int aAt, float[] b, int bAt, float[] out, int outAt, int n) {
    VectorUpdates.multiply(a, aAt, b, bAt, out, outAt, n);
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
    VectorUpdates.adam(
        gradient,
        gradientAt,
        m,
        mAt,
        v,
        vAt,
        value,
        valueAt,
        n,
        beta1,
        beta2,
        rate,
        epsilon,
        decay);
  }

  @Override
  public void activate(Activation f, float[] x, int xAt, float[] y, int yAt, int n) {
    VectorActivations.activate(f, x, xAt, y, yAt, n);
  }

  @Override
  public void activateBackward(
      Activation f, float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt, int n) {
    ScalarActivations.activateBackward(f, y, yAt, dy, dyAt, dx, dxAt, n);
  }

  @Override
  public void softmax(float[] x, int xAt, float[] y, int yAt, int n) {
    VectorSoftmax.softmax(x, xAt, y, yAt, n);
  }

  @Override
  public void softmaxBackward(
      float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt, int n) {
    VectorSoftmax.softmaxBackward(y, yAt, dy, dyAt, dx, dxAt, n);
  }

  @Override
  public double sigmoidCrossEntropy(
      float[] z, int zAt, float[] t, int tAt, float[] dz, int dzAt, int n, float scale) {
    return VectorSigmoidLoss.crossEntropy(z, zAt, t, tAt, dz, dzAt, n, scale);
  }

  @Override
  public double crossEntropy(
      float[] z, int zAt, float[] t, int tAt, float[] dz, int dzAt, int n, float scale) {
    return VectorSoftmax.crossEntropy(z, zAt, t, tAt, dz, dzAt, n, scale);
  }

  @Override
  public void columnSquares(
      float[] x, int at, int stride, int rows, double[] sums, int sumsAt, int n) {
    VectorSquares.columns(x, at, stride, rows, sums, sumsAt, n);
  }
}
