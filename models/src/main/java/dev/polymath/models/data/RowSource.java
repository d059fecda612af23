package dev.polymath.models.data;

import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** The rows of a file as text, one after the other; the first ones can be seen ahead. */
sealed interface RowSource extends Closeable permits CsvRecords, JsonRecords {

  /** One row. */
  interface Row {
    /** Where it begins in the file, from 1. */
    long line();

    /** How many cells it has. */
    int cells();

    /** A cell as it is written. */
    String cell(int column);
  }

  /** A row of a CSV file. */
  record CsvRow(CsvRecord record) implements Row {

    @Override
    public long line() {
      return record.getStartingLineNumber();
    }

    @Override
    public int cells() {
      return record.getFieldCount();
    }

    @Override
    public String cell(int column) {
      return record.getField(column);
    }
  }

  /** Opens a file and reads its first rows: as JSON if it begins with a brace or bracket. */
  static RowSource open(Csv.Source source) throws IOException {
    CsvText text;
    try {
      text = new CsvText(source.open());
    } catch (CsvText.NoText | EOFException | ZipException e) {
      throw unreadable(source, e);
    }
    try {
      int first;
      try {
        first = text.firstCharacter();
      } catch (CsvText.NoText | EOFException | ZipException e) {
        throw unreadable(source, e);
      }
      return first == '{' || first == '['
          ? new JsonRecords(source, text)
          : new CsvRecords(source, text);
    } catch (Throwable e) {
      text.close();
      throw e;
    }
  }

  /** What is said of a file that cannot be read. */
  static IOException unreadable(Csv.Source source, Throwable e) {
    if (e instanceof EOFException || e instanceof ZipException) {
      return new IOException(source + ": broken gzip data: " + e.getMessage(), e);
    }
    if (e instanceof IOException failure
        && String.valueOf(e.getMessage()).startsWith(source + ": ")) {
      return failure; // The stream has said it.
    }
    Throwable why = e.getCause() instanceof CsvText.NoText ? e.getCause() : e;
    return new IOException(source + ": " + why.getMessage(), e);
  }

  /** The rows that were read but not taken. */
  List<? extends Row> ahead();

  /** Takes the next row that is not empty; null at the end. */
  @Nullable Row next() throws IOException;

  /** Whether the first row is known to name the columns. */
  boolean named();

  /** Says in which doubtful way the file was read. */
  void report(Consumer<String> notes);
}
