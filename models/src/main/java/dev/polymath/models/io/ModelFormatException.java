package dev.polymath.models.io;

import java.io.IOException;
import java.io.Serial;

/**
 * A file that is not what its format, or whoever reads it, asks for. The message names the file and
 * the fault.
 */
public final class ModelFormatException extends IOException {

  @Serial private static final long serialVersionUID = 1L;

  /** The message is {@code file: fault}. */
  public ModelFormatException(String file, String fault) {
    super(file + ": " + fault);
  }

  ModelFormatException(String file, String fault, Throwable cause) {
    super(file + ": " + fault, cause);
  }
}
