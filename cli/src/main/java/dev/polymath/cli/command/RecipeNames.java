package dev.polymath.cli.command;

import dev.polymath.Parameter;
import dev.polymath.cli.terminal.Words;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.optim.Adagrad;
import dev.polymath.models.optim.AdamW;
import dev.polymath.models.optim.Optimizer;
import dev.polymath.models.optim.RmsProp;
import dev.polymath.models.optim.Sgd;
import dev.polymath.models.training.TrainingOptions;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The words that the options of a {@link Recipe} take. */
final class RecipeNames {

  private static final double MOMENTUM = 0.9;

  private RecipeNames() {}

  /** The names of {@link Optimizer}s. */
  static final class OptimizerName extends Words<Optimizer> {
    OptimizerName() {
      super(
          List.of("sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop", "adagrad"),
          name ->
              switch (name) {
                case "sgd" -> new Sgd();
                case "momentum" -> new Sgd(MOMENTUM, false, 0);
                case "nesterov" -> new Sgd(MOMENTUM, true, 0);
                case "adam" -> new AdamW(0);
                case "rmsprop" -> new RmsProp();
                case "adagrad" -> new Adagrad();
                default ->
                    TrainingOptions.defaults().optimizer() instanceof AdamW adamw
                        ? adamw
                        : new AdamW(0.01);
              });
    }
  }

  /** The names of {@link Schedule}s. */
  static final class ScheduleName extends Words<String> {
    ScheduleName() {
      super(
          List.of("constant", "step", "cosine", "one-cycle", "cycles", "flat-cosine", "plateau"),
          name -> name);
    }
  }

  /** The names of {@link Initialization}s. */
  static final class InitializationName extends Words<Initialization> {
    InitializationName() {
      super(
          List.of("default", "he", "xavier", "lecun", "normal"),
          name -> Initialization.valueOf(name.toUpperCase(Locale.ROOT)));
    }
  }

  /** Factors of the rate by the role of parameters, on the command line. */
  static final class RateFactorsName implements ITypeConverter<Recipe.RateFactors> {

    @Override
    public Recipe.RateFactors convert(String value) {
      Map<Parameter.Role, Double> factors = new EnumMap<>(Parameter.Role.class);
      for (String factor : value.split(",", -1)) {
        int sign = factor.indexOf('=');
        try {
          Parameter.Role role =
              Parameter.Role.valueOf(factor.substring(0, sign).strip().toUpperCase(Locale.ROOT));
          factors.put(role, Double.valueOf(factor.substring(sign + 1)));
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
          throw new TypeConversionException(
              "expected factors of weight and bias such as bias=0.1, found '" + value + "'");
        }
      }
      return new Recipe.RateFactors(factors);
    }
  }

  /** Weights of classes on the command line. */
  static final class ClassWeightsName implements ITypeConverter<Recipe.ClassWeights> {

    @Override
    public Recipe.ClassWeights convert(String value) {
      if (value.equals("balanced")) {
        return new Recipe.ClassWeights(true, Map.of());
      }
      Map<String, Double> weights = new LinkedHashMap<>();
      for (String weight : value.split(",", -1)) {
        int sign = weight.lastIndexOf('=');
        try {
          weights.put(weight.substring(0, sign), Double.valueOf(weight.substring(sign + 1)));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
          throw new TypeConversionException(
              "expected balanced, or weights of classes such as yes=3,no=1, found '" + value + "'");
        }
      }
      return new Recipe.ClassWeights(false, weights);
    }
  }
}
