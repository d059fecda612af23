package dev.polymath.conformance;

import dev.polymath.Tensor;
import dev.polymath.conformance.Oracle.AdamStep;
import dev.polymath.conformance.Samples.Shape;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** AdamW. (Gradient descent is axpby.) */
abstract class OptimizerGroup extends Group {

  /** The scalars of an update. */
  private record Settings(float beta1, float beta2, float rate, float epsilon, float decay) {
    static final Settings USUAL = new Settings(0.9f, 0.999f, 1e-3f, 1e-8f, 1e-5f);
  }

  OptimizerGroup(BackendConformance kit) {
    super(kit);
  }

  private void checkAdam(
      Matrix gradient, Matrix m, Matrix v, Matrix value, Settings s, Storage... storages) {
    Tensor tg = input("gradient", gradient, storages[0]);
    Tensor tm = tensor(m, storages[1]);
    Tensor tv = tensor(v, storages[2]);
    Tensor tvalue = tensor(value, storages[3]);
    backend.adam(tg, tm, tv, tvalue, s.beta1, s.beta2, s.rate, s.epsilon, s.decay);
    AdamStep expected =
        Oracle.adam(gradient, m, v, value, s.beta1, s.beta2, s.rate, s.epsilon, s.decay);
    String operation = "adam " + value + " " + java.util.List.of(storages) + ", " + s;
    expected.m().check(operation + ": m", read(tm));
    expected.v().check(operation + ": v", read(tv));
    check(operation + ": value", expected.value(), tvalue);
  }

  private void checkAdam(int rows, int cols, Settings settings) {
    Storage plain = Storage.ALLOCATED;
    checkAdam(
        Samples.uniform(rows, cols, 1),
        Samples.uniform(rows, cols, 0.1, 2),
        Samples.uniform(rows, cols, 0.1, 3).map(Math::abs),
        Samples.uniform(rows, cols, 4),
        settings,
        plain,
        plain,
        plain,
        plain);
  }

  @Test
  @DisplayName("adam updates m, v and value in place, in 43 shapes")
  void adam() {
    for (Shape shape : Samples.shapes()) {
      checkAdam(shape.rows(), shape.cols(), Settings.USUAL);
    }
  }

  @Test
  @DisplayName("adam uses each of its five numbers where its formula has it")
  void settings() {
    for (Settings settings :
        new Settings[] {
          new Settings(0.9f, 0.999f, 1e-3f, 1e-8f, 0),
          new Settings(0.9f, 0.999f, 1e-3f, 1e-8f, 0.25f),
          new Settings(0.5f, 0.75f, 0.1f, 1e-8f, 0.01f),
          new Settings(0, 0, 0.1f, 1e-8f, 0),
          new Settings(1, 1, 0.1f, 1e-8f, 0.5f),
          new Settings(0.9f, 0.999f, 0, 1e-8f, 0.125f),
          new Settings(0.9f, 0.999f, 1e-2f, 0.5f, 0.01f)
        }) {
      checkAdam(7, 33, settings);
    }
  }

  @Test
  @DisplayName("adam adds epsilon to the root of v, not under it")
  void epsilonOutsideTheRoot() {
    Storage plain = Storage.ALLOCATED;
    Matrix gradient = Samples.uniform(3, 17, 1e-3, 5);
    Matrix zeros = Matrix.zeros(3, 17);
    for (float epsilon : new float[] {1e-8f, 1e-4f, 1e-2f}) {
      Settings settings = new Settings(0.9f, 0.999f, 1e-2f, epsilon, 0);
      checkAdam(gradient, zeros, zeros, zeros, settings, plain, plain, plain, plain);
    }
  }

  @Test
  @DisplayName(
      "adam with no gradient yet leaves the value but for its decay: 0 / (0 + epsilon) is 0")
  void zeroGradient() {
    Storage plain = Storage.ALLOCATED;
    Matrix zeros = Matrix.zeros(3, 17);
    Matrix value = Samples.uniform(3, 17, 6);
    checkAdam(zeros, zeros, zeros, value, Settings.USUAL, plain, plain, plain, plain);
  }

  @Test
  @DisplayName("adam is right for gradients whose square underflows and for large ones")
  void extremesOfOptimizer() {
    Storage plain = Storage.ALLOCATED;
    Matrix zeros = Matrix.zeros(3, 17);
    Matrix value = Samples.uniform(3, 17, 7);
    for (double scale : new double[] {1e-30, 1e-22, 1e-10, 1e10, 1e18}) {
      Matrix gradient = Samples.uniform(3, 17, scale, 8);
      checkAdam(gradient, zeros, zeros, value, Settings.USUAL, plain, plain, plain, plain);
    }
  }

  @Test
  @DisplayName("adam is right for tensors like a parameter, for plain ones, for views, and mixed")
  void everyStorageOfOptimizer() {
    for (Shape shape : new Shape[] {new Shape(1, 131), new Shape(9, 131), new Shape(33, 5)}) {
      Matrix gradient = Samples.uniform(shape.rows(), shape.cols(), 9);
      Matrix m = Samples.uniform(shape.rows(), shape.cols(), 0.1, 10);
      Matrix v = Samples.uniform(shape.rows(), shape.cols(), 0.1, 11).map(Math::abs);
      Matrix value = Samples.uniform(shape.rows(), shape.cols(), 12);
      for (Storage a : Storage.values()) {
        for (Storage b : Storage.values()) {
          checkAdam(gradient, m, v, value, Settings.USUAL, a, b, b, Storage.PARAMETER);
          checkAdam(gradient, m, v, value, Settings.USUAL, a, a, b, a);
          checkAdam(gradient, m, v, value, Settings.USUAL, b, a, a, b);
        }
      }
    }
  }

  @Test
  @DisplayName("adam of views writes no row behind them")
  void rowsBehindTheViewOfOptimizer() {
    Tensor[] wholes = new Tensor[3];
    float[][] before = new float[3][];
    for (int i = 0; i < 3; i++) {
      wholes[i] = tensor(Samples.uniform(12, 33, 13 + i).map(Math::abs));
      before[i] = ProductsGroup.rowsFrom(wholes[i], 7);
    }
    backend.adam(
        tensor(Samples.uniform(7, 33, 16)),
        wholes[0].firstRows(7),
        wholes[1].firstRows(7),
        wholes[2].firstRows(7),
        0.9f,
        0.999f,
        0.1f,
        1e-8f,
        0.1f);
    for (int i = 0; i < 3; i++) {
      checkBits(
          "adam on the first 7 of 12 rows: the rows behind",
          before[i],
          ProductsGroup.rowsFrom(wholes[i], 7));
    }
  }

  @Test
  @DisplayName("adam hides no NaN: one in the gradient reaches its m, v and value alone")
  void nanOfOptimizer() {
    Storage plain = Storage.ALLOCATED;
    for (int at : new int[] {0, 16, 20, 50}) {
      Matrix gradient = Samples.uniform(3, 17, 17);
      gradient.values()[at] = Float.NaN;
      Matrix zeros = Matrix.zeros(3, 17);
      Matrix value = Samples.uniform(3, 17, 18);
      checkAdam(gradient, zeros, zeros, value, Settings.USUAL, plain, plain, plain, plain);
    }
  }

  @Test
  @DisplayName("ten updates in a row follow the oracle's")
  void tenSteps() {
    Matrix value = Samples.uniform(9, 33, 19);
    Matrix m = Matrix.zeros(9, 33);
    Matrix v = Matrix.zeros(9, 33);
    Tensor tvalue = tensor(value);
    Tensor tm = backend.allocateLike(tvalue);
    Tensor tv = backend.allocateLike(tvalue);
    Settings s = Settings.USUAL;
    for (int step = 1; step <= 10; step++) {
      // Starting each step from the float32 results keeps the bound that of one step.
      Matrix gradient = Samples.uniform(9, 33, 100 + step);
      AdamStep expected =
          Oracle.adam(gradient, m, v, value, s.beta1, s.beta2, s.rate, s.epsilon, s.decay);
      backend.adam(
          input("gradient", gradient),
          tm,
          tv,
          tvalue,
          s.beta1,
          s.beta2,
          s.rate,
          s.epsilon,
          s.decay);
      expected.m().check("adam, step " + step + ": m", read(tm));
      expected.v().check("adam, step " + step + ": v", read(tv));
      check("adam, step " + step + ": value", expected.value(), tvalue);
      m = Matrix.of(9, 33, read(tm));
      v = Matrix.of(9, 33, read(tv));
      value = Matrix.of(9, 33, read(tvalue));
    }
  }
}
