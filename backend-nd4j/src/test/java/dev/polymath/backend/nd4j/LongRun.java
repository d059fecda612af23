package dev.polymath.backend.nd4j;

import com.sun.management.ThreadMXBean;
import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import java.lang.management.ManagementFactory;
import org.bytedeco.javacpp.Pointer;

/** A program: warm training steps; prints how resident memory grew and what each step allocated. */
final class LongRun {

  private LongRun() {}

  public static void main(String[] args) {
    int steps = Integer.parseInt(args[0]);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Backend backend = new Nd4jProvider().open(BackendOptions.defaults())) {
      TrainingStep step = new TrainingStep(backend);
      for (int i = 0; i < 1000; i++) {
        step.run();
      }
      long resident = Pointer.physicalBytes();
      long allocated = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < steps; i++) {
        step.run();
      }
      System.out.println((threads.getCurrentThreadAllocatedBytes() - allocated) / steps);
      System.out.println(Pointer.physicalBytes() - resident);
    }
  }
}
