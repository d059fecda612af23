package dev.polymath.conformance;

import java.util.Arrays;
import java.util.List;

/** Faults that an interrupted thread meets. */
final class InterruptMutants {

  private static final String GROUP = "Interrupts";

  private InterruptMutants() {}

  static List<Mutant> all() {
    return List.of(
        Mutant.of(
                "interrupt swallowed while waiting",
                "Backend: a call keeps the interrupt of its thread",
                GROUP,
                "the interrupt is gone",
                () ->
                    new Stepped() {
                      @Override
                      void after(Step step) {
                        if (step.is("matmul") && step.out().size() > 10_000) {
                          Thread.interrupted();
                        }
                      }
                    })
            .by("everyOperationOfInterrupts"),
        Mutant.of(
                "interrupt fatal",
                "Backend: a call on an interrupted thread gives its result",
                GROUP,
                "threw java.lang.IllegalStateException",
                () ->
                    new Stepped() {
                      @Override
                      void after(Step step) {
                        if (step.is("adam") && Thread.currentThread().isInterrupted()) {
                          throw new IllegalStateException("interrupted");
                        }
                      }
                    })
            .by("everyOperationOfInterrupts"),
        Mutant.of(
                "work cut short by an interrupt",
                "Backend: a call on an interrupted thread gives its result",
                GROUP,
                "on an interrupted thread",
                () ->
                    new Stepped() {
                      @Override
                      void after(Step step) {
                        if (step.is("sumRows") && Thread.currentThread().isInterrupted()) {
                          Arrays.fill(step.out().data, 0);
                        }
                      }
                    })
            .by("everyOperationOfInterrupts"),
        Mutant.of(
                "interrupt swallowed by close",
                "close: keeps the interrupt of its thread",
                GROUP,
                "close on an interrupted thread: the interrupt is gone",
                () ->
                    new ReferenceBackend() {
                      @Override
                      protected void closeKernel() {
                        Thread.interrupted();
                      }
                    })
            .by("openAndClose"),
        Mutant.opened(
                "open fails on an interrupted thread",
                "open: starts a session, on an interrupted thread too",
                GROUP,
                "open on an interrupted thread threw",
                options -> {
                  if (Thread.currentThread().isInterrupted()) {
                    throw new IllegalStateException("interrupted while starting threads");
                  }
                  return new ReferenceBackend();
                })
            .by("openAndClose"));
  }
}
