package dev.polymath.conformance;

import dev.polymath.Loss;
import dev.polymath.conformance.Stepped.Step;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Faults of layers, losses, reads and writes that begin above a size. */
final class LayerSizeMutants {

  private static final String GROUP = "Sizes";

  private LayerSizeMutants() {}

  private static Mutant layer(String name, String symptom, Predicate<Step> where) {
    return Mutant.of(name, "dense: of any size", GROUP, symptom, () -> Stepped.spoiling(where))
        .by("denseSizes");
  }

  /** A tensor that forgets its last element where there are many. */
  private static ReferenceBackend forgetful(boolean reading, int most) {
    return new ReferenceBackend() {
      @Override
      protected ReferenceTensor newTensor(int rows, int cols) {
        return new ReferenceTensor(this, rows, cols) {
          @Override
          protected void readKernel(float[] target, int offset) {
            int last = offset + size() - 1;
            float before = target[last];
            super.readKernel(target, offset);
            target[last] = reading && size() > most ? before : target[last];
          }

          @Override
          protected void writeKernel(float[] source, int offset) {
            float before = data[size() - 1];
            super.writeKernel(source, offset);
            data[size() - 1] = !reading && size() > most ? before : data[size() - 1];
          }
        };
      }
    };
  }

  /** What a loss adds to its value, and to its last gradient. */
  private interface Fault {
    double of(ReferenceTensor output);
  }

  private static Loss spoiled(ReferenceBackend session, Loss.Input input, Fault fault) {
    return new ReferenceLoss(session, input) {
      @Override
      double compute(
          ReferenceTensor output, ReferenceTensor target, @Nullable ReferenceTensor dOutput) {
        double loss = super.compute(output, target, dOutput);
        double wrong = fault.of(output);
        if (dOutput != null) {
          dOutput.data[dOutput.size() - 1] += (float) wrong;
        }
        return dOutput == null ? loss + wrong : loss;
      }
    };
  }

  private static Mutant entropy(String name, Fault fault) {
    return Mutant.of(
            name,
            "softmaxCrossEntropy: of any size",
            GROUP,
            "softmaxCrossEntropy",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected Loss newSoftmaxCrossEntropy() {
                    return spoiled(this, Loss.Input.LOGITS, fault);
                  }
                })
        .by("lossSizes");
  }

  static List<Mutant> all() {
    return List.of(
        layer(
            "layers of more than 2,304 inputs",
            "forward",
            step -> step.operation().startsWith("forward") && step.inner() > 2304),
        layer(
            "layers of more than 1,024 outputs",
            "forward",
            step -> step.operation().startsWith("forward") && step.cols() > 1024),
        layer(
            "layers of whole panels",
            "forward",
            step -> step.operation().startsWith("forward") && step.cols() % 128 == 0),
        layer(
            "layers of 4,100 examples",
            "gradient of weight",
            step -> step.is("backward") && step.inner() > 4096),
        layer(
            "gradients of whole panels",
            "gradient of weight",
            step -> step.is("backward") && step.cols() % 128 == 0 && step.rows() % 16 == 0),
        layer(
            "layers of one output and a thousand rows",
            "forward",
            step ->
                step.operation().startsWith("forward") && step.cols() == 1 && step.rows() > 1000),
        layer(
            "layers of one input and a thousand rows",
            "forward",
            step ->
                step.operation().startsWith("forward") && step.inner() == 1 && step.rows() > 1000),
        layer(
            "gradients of one output and a thousand rows",
            "gradient of weight",
            step -> step.is("backward") && step.cols() == 1 && step.inner() > 1000),
        layer(
            "layers of more than 65,535 rows",
            "forward",
            step -> step.operation().startsWith("forward") && step.rows() > 65_535),
        entropy("loss of tens of thousands of classes", output -> output.cols() > 20_000 ? 1 : 0),
        entropy("loss of more than 65,535 rows", output -> output.rows() > 65_535 ? 1 : 0),
        entropy("loss of thousands of classes", output -> output.cols() > 4000 ? 1 : 0),
        entropy("loss of thousands of rows", output -> output.rows() > 8000 ? 1 : 0),
        entropy("loss of a multiple of 1,024", output -> output.size() % 1024 == 0 ? 1 : 0),
        Mutant.of(
                "squared error of thousands of columns",
                "squaredError: of any size",
                GROUP,
                "squaredError",
                () ->
                    new ReferenceBackend() {
                      @Override
                      protected Loss newSquaredError() {
                        return spoiled(
                            this, Loss.Input.OUTPUT, output -> output.cols() > 4000 ? 1 : 0);
                      }
                    })
            .by("lossSizes"),
        Mutant.of(
                "reads above 200,000 elements",
                "read: copies rows · cols elements out, however many",
                GROUP,
                "write and read",
                () -> forgetful(true, 200_000))
            .by("readAndWrite"),
        Mutant.of(
                "writes above a million elements",
                "write: overwrites all rows · cols elements, however many",
                GROUP,
                "write and read",
                () -> forgetful(false, 1_000_000))
            .by("readAndWrite"));
  }
}
