package dev.polymath.backend.arrays;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.BackendProvider;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * The backend {@code arrays-vector}: kernels on the JDK's Vector API, which needs the module {@code
 * jdk.incubator.vector}, the compiler C2 and fused multiply-add in hardware.
 *
 * <p>This class names no class of that module: {@code Lanes} does, once all is known to be there.
 */
public final class ArraysVectorProvider implements BackendProvider {

  /** System property: the bits of a vector, 128, 256 or 512; without it what the CPU prefers. */
  static final String BITS = "polymath.vectorBits";

  /** System property: the vector registers to plan for, 16 or 32; without it what the CPU has. */
  static final String REGISTERS = "polymath.vectorRegisters";

  private static final String MODULE = "jdk.incubator.vector";

  /** For {@link java.util.ServiceLoader}. */
  public ArraysVectorProvider() {}

  @Override
  public int spiVersion() {
    return BackendProvider.SPI_VERSION;
  }

  @Override
  public String name() {
    return "arrays-vector";
  }

  @Override
  public int priority() {
    return 300;
  }

  @Override
  public Optional<String> unavailableReason() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return Optional.of("start the JVM with --add-modules " + MODULE);
    }
    String bits = System.getProperty(BITS, "512");
    if (!bits.equals("128") && !bits.equals("256") && !bits.equals("512")) {
      return Optional.of(BITS + " is " + bits + ": expected 128, 256 or 512");
    }
    String registers = System.getProperty(REGISTERS, "32");
    if (!registers.equals("16") && !registers.equals("32")) {
      return Optional.of(REGISTERS + " is " + registers + ": expected 16 or 32");
    }
    if (System.getProperty("java.vm.info", "").contains("interpreted")
        || !optionIs("TieredStopAtLevel", "4")) {
      return Optional.of(
          "the JVM runs without its optimizing compiler C2, and vector operations would be slow"
              + " calls: start it without -Xint and -XX:TieredStopAtLevel");
    }
    if (!optionIs("UseFMA", "true")) {
      return Optional.of(
          "no fused multiply-add in hardware (the JVM's option UseFMA is off), and its emulation"
              + " is far slower than scalar loops");
    }
    return Optional.empty();
  }

  /** Whether an option of the JVM has this value; true where the JVM doesn't know the option. */
  private static boolean optionIs(String option, String value) {
    HotSpotDiagnosticMXBean options =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    if (options == null) {
      return true;
    }
    try {
      return options.getVMOption(option).getValue().equals(value);
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  @Override
  public Backend open(BackendOptions options) {
    Optional<String> reason = unavailableReason();
    if (reason.isPresent()) {
      throw new IllegalStateException(name() + ": " + reason.get());
    }
    return new ArraysBackend(name(), new VectorKernels(), options.threads());
  }
}
