package dev.polymath.models.io;

import static dev.polymath.models.internal.PlainText.printable;
import static dev.polymath.models.internal.PlainText.quote;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON text from an untrusted file, value by value. Whatever is not as asked for is a
 * {@link ModelFormatException} that names the file and the part of it. Duplicate keys, deep
 * nesting, and halves of surrogate pairs are refused.
 *
 * <p>The current value is read by exactly one of the methods below; {@link #nextField} and {@link
 * #nextElement} move to the next one.
 */
final class JsonReader {

  private static final int DEEPEST = 8;
  private static final int LONGEST_NUMBER = 40;

  // Names from untrusted files are not interned, and no table of them outlives a file.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(LONGEST_NUMBER)
                  .maxNameLength(Safetensors.MAX_HEADER)
                  .maxStringLength(Safetensors.MAX_HEADER)
                  .build())
          .build();

  private final String file;
  private final String part;
  private final JsonParser parser;

  /**
   * Moves to the first value.
   *
   * @param part of the file, for messages
   */
  JsonReader(String file, String part, String text) throws IOException {
    this.file = file;
    this.part = part;
    this.parser = FACTORY.createParser(text);
    if (next() == null) {
      throw new ModelFormatException(file, part + ": expected JSON, found nothing");
    }
  }

  /** Enters the current object; {@link #nextField} gives its fields. */
  void startObject(String what) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw mismatch(what, "an object");
    }
  }

  /** Moves to the value of the next field and gives its name; null at the end of the object. */
  @Nullable String nextField() throws IOException {
    if (next() == JsonToken.END_OBJECT) {
      return null;
    }
    String name = wellFormed(parser.currentName());
    next();
    return name;
  }

  /** Enters the current array; {@link #nextElement} gives its elements. */
  void startArray(String what) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw mismatch(what, "an array");
    }
  }

  /** Moves to the next element; false at the end of the array. */
  boolean nextElement() throws IOException {
    return next() != JsonToken.END_ARRAY;
  }

  /** The current value, a string. */
  String string(String what) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw mismatch(what, "a string");
    }
    return wellFormed(text());
  }

  /** The current value, true or false. */
  boolean truth(String what) throws IOException {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
      throw mismatch(what, "true or false");
    }
    return token == JsonToken.VALUE_TRUE;
  }

  /** The current value, an integer between two bounds. */
  long integer(String what, long least, long most) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      BigInteger value = new BigInteger(text());
      if (value.compareTo(BigInteger.valueOf(least)) >= 0
          && value.compareTo(BigInteger.valueOf(most)) <= 0) {
        return value.longValueExact();
      }
    }
    throw mismatch(what, "an integer from " + least + " to " + most);
  }

  /** The current value, a number between two bounds. */
  double number(String what, double least, double most) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
      double value = Double.parseDouble(text());
      if (value >= least && value <= most) {
        return value;
      }
    }
    throw mismatch(what, "a number from " + least + " to " + most);
  }

  /** Passes over the current value, whatever it is. */
  void skip() throws IOException {
    try {
      parser.skipChildren();
    } catch (JsonProcessingException e) {
      throw invalid(e);
    }
  }

  /** Checks that nothing but white space follows the first value. */
  void end() throws IOException {
    if (next() != null) {
      throw new ModelFormatException(
          file, part + ": expected the end of the JSON, found " + found());
    }
  }

  /** A fault in this part of the file. */
  ModelFormatException fault(String message) {
    return new ModelFormatException(file, part + ": " + message);
  }

  /** A fault in this part of the file that something else found. */
  ModelFormatException fault(String message, Exception cause) {
    return new ModelFormatException(file, part + ": " + message, cause);
  }

  private ModelFormatException mismatch(String what, String expected) throws IOException {
    return fault(what + ": expected " + expected + ", found " + found());
  }

  private String found() throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> quote(text());
      default -> printable(text());
    };
  }

  /** The text of the current token; a string is decoded only now, so this may find a fault. */
  private String text() throws IOException {
    try {
      return parser.getText();
    } catch (JsonProcessingException e) {
      throw invalid(e);
    }
  }

  private @Nullable JsonToken next() throws IOException {
    try {
      return parser.nextToken();
    } catch (JsonProcessingException e) {
      throw invalid(e);
    }
  }

  private ModelFormatException invalid(JsonProcessingException e) {
    // Without the parser's words about its own settings.
    String reason =
        e instanceof JsonEOFException
            ? "it ends too soon"
            : e.getOriginalMessage().replaceAll("(, from|: enable) `[^`]*`( to allow)?", "");
    long character = parser.currentLocation().getCharOffset();
    return fault("invalid JSON at character " + character + ": " + printable(reason), e);
  }

  private String wellFormed(String text) throws IOException {
    if (text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
      throw fault("invalid JSON: half a surrogate pair in " + quote(text));
    }
    return text;
  }
}
