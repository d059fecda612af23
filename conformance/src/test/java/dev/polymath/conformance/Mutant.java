package dev.polymath.conformance;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.BackendProvider;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A backend with one fault.
 *
 * @param name the fault
 * @param sentence of the contract that it breaks
 * @param group of the kit that must say so
 * @param check of that group that runs, by its method; empty for all of them
 * @param symptom a part of the failure's text, so that it fails for its fault and not for another
 * @param provider opens it
 */
record Mutant(
    String name,
    String sentence,
    String group,
    String check,
    String symptom,
    BackendProvider provider) {

  Mutant(String name, String sentence, String group, String symptom, BackendProvider provider) {
    this(name, sentence, group, "", symptom, provider);
  }

  /** A fault in what a session computes or says. */
  static Mutant of(
      String name, String sentence, String group, String symptom, Supplier<Backend> session) {
    return opened(name, sentence, group, symptom, options -> session.get());
  }

  /** A fault in how a session is opened. */
  static Mutant opened(
      String name,
      String sentence,
      String group,
      String symptom,
      Function<BackendOptions, Backend> open) {
    ReferenceProvider provider =
        new ReferenceProvider() {
          @Override
          public Backend open(BackendOptions options) {
            return open.apply(options);
          }
        };
    return new Mutant(name, sentence, group, "", symptom, provider);
  }

  /** The same fault, looked for by one check alone. */
  Mutant by(String otherCheck) {
    return new Mutant(name, sentence, group, otherCheck, symptom, provider);
  }

  /** A fault of a backend that takes threads. */
  static Mutant threaded(
      String name,
      String sentence,
      String group,
      String symptom,
      Function<BackendOptions, Backend> open) {
    ReferenceProvider provider =
        new ReferenceProvider() {
          @Override
          public int mostThreads() {
            return Integer.MAX_VALUE;
          }

          @Override
          public Backend open(BackendOptions options) {
            return open.apply(options);
          }
        };
    return new Mutant(name, sentence, group, "", symptom, provider);
  }

  static List<Mutant> all() {
    return Stream.of(
            TensorMutants.all(),
            ProductMutants.all(),
            ElementWiseMutants.all(),
            ActivationMutants.all(),
            DenseMutants.all(),
            LossMutants.all(),
            LaterLossMutants.all(),
            OptimizerMutants.all(),
            ContractMutants.all(),
            ReleaseMutants.all(),
            DiscoveryMutants.all(),
            LifecycleMutants.all(),
            ConcurrencyMutants.all(),
            TrainingMutants.all(),
            SizeMutants.all(),
            LayerSizeMutants.all(),
            PrecisionMutants.all(),
            EndsMutants.all(),
            CallerMutants.all(),
            ChangeMutants.all(),
            ThreadMutants.all(),
            InterruptMutants.all(),
            MemoryMutants.all(),
            UseMutants.all())
        .flatMap(List::stream)
        .toList();
  }

  @Override
  public String toString() {
    return name + " (" + group + ")";
  }
}
