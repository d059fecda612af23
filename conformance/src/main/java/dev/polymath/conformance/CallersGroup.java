package dev.polymath.conformance;

import dev.polymath.Backend;
import dev.polymath.conformance.Arguments.Size;
import dev.polymath.conformance.Operation.Call;
import dev.polymath.conformance.Parallel.Work;
import dev.polymath.conformance.Threads.OpensItsOwn;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every operation under several callers at once: each must get what it gets alone. */
@OpensItsOwn
abstract class CallersGroup extends Group {

  private static final int REPEATS = 3;

  CallersGroup(BackendConformance kit) {
    super(kit);
  }

  /** A call, and what it gives when nobody else is there. */
  private record Alone(Call call, double[] expected) {

    static Alone of(Operation operation, Backend session, Size size) {
      Call call = operation.on(session, size);
      return new Alone(call, call.runAnew());
    }

    void check(String circumstance) {
      Operation.checkSame(call + ", " + circumstance, expected, call.runAnew());
    }
  }

  /** Each caller has a size of its own: what one leaves behind does not fit the next. */
  private static Size size(int caller) {
    return new Size(110 + 7 * caller, 181 - 5 * caller, 60 + caller, 1000L * caller);
  }

  @Test
  @DisplayName("every operation gives four callers the bits it gives one, two on each session")
  void everyOperationOfCallers() throws InterruptedException {
    for (int threads : new int[] {1, Threads.MORE}) {
      try (Backend first = open(kit.options().threads(threads));
          Backend second = open(kit.options().threads(threads))) {
        if (threads > 1 && first.info().threads() == 1) {
          return;
        }
        for (Operation operation : Operations.ALL) {
          List<Work> works = new ArrayList<>();
          for (int caller = 0; caller < 4; caller++) {
            Backend session = caller % 2 == 0 ? first : second;
            Alone alone = Alone.of(operation, session, size(caller));
            works.add(
                () -> {
                  for (int repeat = 0; repeat < REPEATS; repeat++) {
                    alone.check("four callers");
                  }
                });
          }
          Parallel.together(works);
        }
      }
    }
  }

  @Test
  @DisplayName("different operations at once give each caller the bits it gets alone")
  void mixedOperations() throws InterruptedException {
    for (int threads : new int[] {1, Threads.MORE}) {
      try (Backend session = open(kit.options().threads(threads))) {
        if (threads > 1 && session.info().threads() == 1) {
          return;
        }
        int callers = 6;
        int all = Operations.ALL.size();
        List<Work> works = new ArrayList<>();
        for (int caller = 0; caller < callers; caller++) {
          List<Alone> calls = new ArrayList<>();
          for (int i = 0; i < all; i++) {
            Operation operation = Operations.ALL.get((i + caller * all / callers) % all);
            calls.add(Alone.of(operation, session, new Size(40 + caller, 130, 50, caller)));
          }
          works.add(() -> calls.forEach(call -> call.check("beside other operations")));
        }
        Parallel.together(works);
      }
    }
  }

  @Test
  @DisplayName("seventy callers at once are all served")
  void manyCallers() throws InterruptedException {
    try (Backend session = open(kit.options())) {
      List<Work> works = new ArrayList<>();
      for (int caller = 0; caller < 70; caller++) {
        List<Alone> calls = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          Operation operation = Operations.ALL.get((7 * caller + i) % Operations.ALL.size());
          calls.add(Alone.of(operation, session, new Size(9, 65, 33, caller)));
        }
        works.add(() -> calls.forEach(call -> call.check("seventy callers")));
      }
      Parallel.together(works);
    }
  }
}
