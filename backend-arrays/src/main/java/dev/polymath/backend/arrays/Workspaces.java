package dev.polymath.backend.arrays;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The workspaces that no call is using, without a lock. As many are kept as ran at once so far, up
 * to a limit; a call that fails drops its own.
 */
final class Workspaces {

  private static final int KEPT = 64;

  private final AtomicReferenceArray<Workspace> free = new AtomicReferenceArray<>(KEPT);
  private final Kernels kernels;
  private final int threads;
  private final ArraysTensor none;

  Workspaces(Kernels kernels, int threads, ArraysTensor none) {
    this.kernels = kernels;
    this.threads = threads;
    this.none = none;
  }

  Workspace take() {
    for (int i = 0; i < KEPT; i++) {
      Workspace workspace = free.get(i);
      if (workspace != null && free.compareAndSet(i, workspace, null)) {
        return workspace;
      }
    }
    return new Workspace(kernels, threads, none);
  }

  /** Lets go of the operands of finished calls. */
  void forget() {
    for (int i = 0; i < KEPT; i++) {
      Workspace workspace = free.get(i);
      if (workspace != null && free.compareAndSet(i, workspace, null)) {
        workspace.forget();
        give(workspace);
      }
    }
  }

  void give(Workspace workspace) {
    for (int i = 0; i < KEPT; i++) {
      if (free.get(i) == null && free.compareAndSet(i, null, workspace)) {
        return;
      }
    }
  }
}
