package dev.polymath.benchmarks.run;

import com.sun.management.OperatingSystemMXBean;
import dev.polymath.models.internal.Processor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What can be found out about this computer. What a system does not tell stays empty. */
final class Host {

  private static final Path CPU = Path.of("/sys/devices/system/cpu/cpu0/cache");
  private static final int STEAL = 8;

  private Host() {}

  static String os() {
    return System.getProperty("os.name")
        + " "
        + System.getProperty("os.version")
        + ", "
        + System.getProperty("os.arch");
  }

  /** The processor's name. A virtual machine's may say no more than the maker's. */
  static String cpu() {
    return Processor.name()
        .map(name -> name + Processor.family().map(family -> ", " + family).orElse(""))
        .orElseGet(() -> output("sysctl", "-n", "machdep.cpu.brand_string"));
  }

  /** Bytes of the data caches of the first processor, by level. */
  static Map<String, Long> caches() {
    Map<String, Long> caches = new TreeMap<>();
    for (int i = 0; i < 8; i++) {
      Path index = CPU.resolve("index" + i);
      String level = first(index.resolve("level"));
      String size = first(index.resolve("size"));
      if (!first(index.resolve("type")).equals("Instruction") && size.matches("\\d+[KM]")) {
        long unit = size.endsWith("K") ? 1 << 10 : 1 << 20;
        caches.put("L" + level, unit * Long.parseLong(size.substring(0, size.length() - 1)));
      }
    }
    if (caches.isEmpty()) {
      put(caches, "L1", output("sysctl", "-n", "hw.perflevel0.l1dcachesize"));
      put(caches, "L2", output("sysctl", "-n", "hw.perflevel0.l2cachesize"));
    }
    return caches;
  }

  private static void put(Map<String, Long> caches, String level, String bytes) {
    if (bytes.matches("\\d{1,18}")) {
      caches.put(level, Long.parseLong(bytes));
    }
  }

  /** The commit of the sources in a folder, and whether tracked files differ from it. */
  static String commit(Path folder) {
    String hash = output("git", "-C", folder.toString(), "rev-parse", "--short=12", "HEAD");
    if (!hash.matches("[0-9a-f]+")) {
      return "";
    }
    String changed =
        output("git", "-C", folder.toString(), "status", "--porcelain", "--untracked-files=no");
    return changed.isEmpty() ? hash : hash + " (dirty)";
  }

  /** The share of all processors that is busy, over a second in which this program does nothing. */
  static double load() throws InterruptedException {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    system.getCpuLoad(); // The first call only starts the clock.
    Thread.sleep(1000);
    double load = system.getCpuLoad();
    return load >= 0 ? load : Double.NaN;
  }

  /** Ticks of all processors since the start of the system, and those that the host took away. */
  static long[] ticks() {
    for (String line : lines(Path.of("/proc/stat"))) {
      String[] fields = line.split("\\s+");
      if (fields[0].equals("cpu") && fields.length > STEAL) {
        long sum = 0;
        for (int i = 1; i <= STEAL; i++) {
          sum += Long.parseLong(fields[i]);
        }
        return new long[] {sum, Long.parseLong(fields[STEAL])};
      }
    }
    return new long[] {0, 0};
  }

  private static String first(Path file) {
    List<String> lines = lines(file);
    return lines.isEmpty() ? "" : lines.get(0).strip();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }

  /** What a command prints; empty where it fails or is not there. */
  private static String output(String... command) {
    try {
      Process process =
          new ProcessBuilder(new ArrayList<>(List.of(command)))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes()).strip();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0 ? output : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
