package dev.polymath.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.models.training.TrainingOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@DisplayName("The options of a recipe")
class RecipeTest {

  @Command(name = "test")
  private static final class Holder {
    @Mixin private Recipe recipe;
  }

  private static TrainingOptions options(String... arguments) {
    Holder holder = new Holder();
    new CommandLine(holder).parseArgs(arguments);
    return holder.recipe.options();
  }

  private static Map<String, String> changed(String... arguments) {
    Map<String, String> changed = new LinkedHashMap<>(options(arguments).toMap());
    changed.entrySet().removeAll(TrainingOptions.defaults().toMap().entrySet());
    return changed;
  }

  @Test
  @DisplayName("change nothing where none is given")
  void none() {
    assertEquals(TrainingOptions.defaults().toString(), options().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--dropout 0.2 | {dropout=0.2}",
        "--clip-norm 1 | {clipNorm=1.0}",
        "--l1 1e-4 | {l1=1.0E-4}",
        "--ema 0.99 | {averaging=0.99}",
        "--patience 5 | {validation=0.1, patience=5}",
        "--patience 5 --validation 0.2 | {validation=0.2, patience=5}",
        "--patience 0 | {}",
        "--class-weights balanced | {classWeights=balanced}",
        "--class-weights yes=3,a=b=0.5 | {classWeights={yes=3.0, a=b=0.5}}",
        "--schedule one-cycle | {schedule=OneCycle[rise=0.3, start=25.0]}",
        "--schedule cycles | {schedule=Cycles[count=4]}",
        "--schedule flat-cosine | {schedule=FlatCosine[flat=0.5]}",
        "--schedule plateau | {schedule=Plateau[patience=5, decay=0.5], validation=0.1}",
        "--optimizer rmsprop | {optimizer=RmsProp[rho=0.99, epsilon=1.0E-8, weightDecay=0.0],"
            + " learningRate=0.001}",
        "--optimizer adagrad --weight-decay 0.2 | {optimizer=Adagrad[epsilon=1.0E-10,"
            + " weightDecay=0.2], learningRate=0.01}",
        "--optimizer adagrad --learning-rate 0.5 | {optimizer=Adagrad[epsilon=1.0E-10,"
            + " weightDecay=0.0], learningRate=0.5}",
        "--betas 0.9,0.95 | {optimizer=AdamW[beta1=0.9, beta2=0.95, epsilon=1.0E-8,"
            + " weightDecay=0.1]}",
        "--optimizer sgd --weight-decay 0.2 | {optimizer=Sgd[momentum=0.0, nesterov=false,"
            + " weightDecay=0.2], learningRate=0.1}",
        "--weight-decay 0 | {optimizer=AdamW[beta1=0.9, beta2=0.999, epsilon=1.0E-8,"
            + " weightDecay=0.0]}"
      })
  @DisplayName("change what they say and no more")
  void one(String arguments, String expected) {
    assertEquals(expected, changed(arguments.split(" ")).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--dropout 1 | dropout: expected 0 to below 1, found 1.0",
        "--optimizer sgd --betas 0.9,0.9 | --betas: expected two numbers such as 0.9,0.95, for adam"
            + " or adamw",
        "--betas 0.9 | --betas: expected two numbers such as 0.9,0.95, for adam or adamw",
        "--betas 0.9,1 | beta2: expected 0 to below 1, found 1.0",
        "--class-weights heavy | expected balanced, or weights of classes such as yes=3,no=1, found"
            + " 'heavy'",
        "--class-weights a=-1 | classWeights: a: expected above 0, found -1.0",
        "--ema 1 | averaging: expected 0 to below 1, found 1.0"
      })
  @DisplayName("are refused in one sentence")
  void refused(String arguments, String expected) {
    String message =
        assertThrows(CommandLine.ParameterException.class, () -> options(arguments.split(" ")))
            .getMessage();
    assertTrue(message.endsWith(expected), message);
  }
}
