package dev.polymath.cli.terminal;

import dev.polymath.models.training.TrainingDivergedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;

/** Errors in words for the person who gave the command. */
public final class ErrorText {

  /** What the JDK puts in place of bytes that are no text in the system's encoding. */
  private static final char NO_CHARACTER = '\ufffd';

  private ErrorText() {}

  /** An error as one sentence. */
  public static String sentence(Throwable error) {
    String text = text(error);
    return text.indexOf(NO_CHARACTER) < 0
        ? text
        : text + " (this locale can't represent all names; LC_ALL=C.UTF-8 can)";
  }

  private static String text(Throwable error) {
    Throwable cause = error.getCause();
    if (error instanceof UncheckedIOException && cause != null) {
      return text(cause);
    }
    String message = error.getMessage();
    if (error instanceof NoSuchFileException missing && missing.getReason() == null) {
      return message + ": there is no such file or folder";
    }
    if (error instanceof AccessDeniedException denied && denied.getReason() == null) {
      return message + ": access denied";
    }
    if (error instanceof FileSystemLoopException) {
      return message + ": its symbolic links form a circle";
    }
    if (error instanceof FileAlreadyExistsException) {
      return message + ": already exists";
    }
    if (error instanceof OutOfMemoryError) {
      return "out of memory"
          + (message == null ? "" : " (" + message + ")")
          + "; POLYMATH_JAVA_OPTS=-Xmx8g gives more";
    }
    boolean expected =
        error instanceof FileSystemException
            || error instanceof IOException
            || error instanceof TrainingDivergedException
            || error instanceof IllegalStateException
            || error instanceof IllegalArgumentException;
    // Anything else is a defect of ours: the class name helps whoever reports it.
    return expected && message != null
        ? message
        : error + " (a defect; POLYMATH_JAVA_OPTS=-Dpolymath.debug shows where)";
  }
}
