package dev.polymath.benchmarks.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A whole JSON text as maps, lists, strings, doubles, booleans and nulls, and a tolerant look into
 * it: what is missing or of another type reads as the default.
 */
final class JsonTree {

  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonTree() {}

  /**
   * @throws IOException if the file cannot be read or holds no JSON; the message names it
   */
  static Object read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": expected a file, found a folder");
    }
    return read(Files.readAllBytes(file), file.toString());
  }

  /**
   * @param file its name, for messages
   */
  static Object read(byte[] bytes, String file) throws IOException {
    try (JsonParser parser = FACTORY.createParser(bytes)) {
      if (parser.nextToken() == null) {
        throw new IOException(file + ": expected JSON, found nothing");
      }
      Object value = value(parser);
      if (parser.nextToken() != null) {
        throw new IOException(file + ": expected the end of the JSON, found more");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new IOException(
          file
              + ": invalid JSON in line "
              + e.getLocation().getLineNr()
              + ": "
              + e.getOriginalMessage(),
          e);
    }
  }

  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          fields.put(name, value(parser));
        }
        yield fields;
      }
      case START_ARRAY -> {
        List<Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          elements.add(value(parser));
        }
        yield elements;
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> parser.getText();
    };
  }

  static Map<?, ?> object(Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  static List<?> array(Object value) {
    return value instanceof List<?> list ? list : List.of();
  }

  static String string(Object value, String otherwise) {
    return value instanceof String text ? text : otherwise;
  }

  /** A number; NaN, which JMH writes as a string, where there is none. */
  static double number(Object value) {
    return value instanceof Double number ? number : Double.NaN;
  }

  /** Strings by name; whatever else stands there is left out. */
  static Map<String, String> strings(Object value) {
    Map<String, String> result = new LinkedHashMap<>();
    object(value)
        .forEach(
            (name, text) -> {
              if (text instanceof String string) {
                result.put((String) name, string);
              }
            });
    return result;
  }
}
