package dev.polymath.models.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.polymath.Activation;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.training.LossFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The reference against central differences of its own loss, all in double. */
class ReferencePassTest {

  private static final double STEP = 1e-5;

  private static LayerSpec dense(int inputs, int outputs, Activation f) {
    return new LayerSpec.Dense(inputs, outputs, f);
  }

  private static LayerSpec activation(int width, Activation f) {
    return new LayerSpec.ActivationLayer(width, f);
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void gradientsAreSlopesOfTheLoss(Activation f) {
    for (LossFunction loss : LossFunction.values()) {
      for (int rows : new int[] {1, 5}) {
        List<LayerSpec> specs = new ArrayList<>();
        if (f == Activation.SOFTMAX) {
          specs.add(dense(4, 6, Activation.IDENTITY));
          specs.add(activation(6, f));
        } else {
          specs.add(dense(4, 6, f));
        }
        specs.add(activation(6, Activation.TANH));
        specs.add(dense(6, 5, f == Activation.SOFTMAX ? Activation.SIGMOID : f));
        specs.add(dense(5, 3, Activation.IDENTITY));
        check(specs, loss, rows);
        if (loss == LossFunction.SQUARED_ERROR) {
          specs.add(activation(3, Activation.SOFTMAX));
          check(specs, loss, rows);
        }
      }
    }
  }

  private static void check(List<LayerSpec> specs, LossFunction loss, int rows) {
    Random random = new Random(17);
    List<double[]> parameters = new ArrayList<>();
    for (LayerSpec spec : specs) {
      if (spec instanceof LayerSpec.Dense) {
        parameters.add(random.doubles(spec.inputs() * spec.outputs(), -1, 1).toArray());
        parameters.add(random.doubles(spec.outputs(), -1, 1).toArray());
      }
    }
    double[] x = random.doubles(rows * 4, -2, 2).toArray();
    double[] t = random.doubles(rows * 3, 0, 1).toArray(); // their sum is not 1
    List<Estimates> gradients = new ReferencePass(specs, loss, parameters, rows).gradients(x, t);
    for (int p = 0; p < parameters.size(); p++) {
      double[] values = parameters.get(p);
      for (int i = 0; i < values.length; i++) {
        double kept = values[i];
        values[i] = kept + STEP;
        double up = lossOf(specs, loss, parameters, rows, x, t);
        values[i] = kept - STEP;
        double down = lossOf(specs, loss, parameters, rows, x, t);
        values[i] = kept;
        double slope = (up - down) / (2 * STEP);
        assertEquals(slope, gradients.get(p).value()[i], 1e-8, specs + ": " + p + ", " + i);
      }
    }
  }

  private static double lossOf(
      List<LayerSpec> specs,
      LossFunction loss,
      List<double[]> parameters,
      int rows,
      double[] x,
      double[] t) {
    ReferencePass pass = new ReferencePass(specs, loss, parameters, rows);
    pass.gradients(x, t);
    return pass.loss();
  }
}
