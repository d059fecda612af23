package dev.polymath.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks values against the schemas of an OpenAPI document: types, properties, references, and
 * nothing that it does not know.
 */
final class JsonSchema {

  private static final Set<String> KNOWN =
      Set.of("type", "properties", "required", "items", "anyOf", "enum", "$ref");

  /** What describes, and requires nothing. */
  private static final Set<String> WORDS = Set.of("title", "description", "x-examples");

  private final Map<?, ?> schemas;

  JsonSchema(String openApi) throws IOException {
    schemas = (Map<?, ?>) JsonTree.at(openApi, "components", "schemas");
  }

  /** What is wrong with a text of JSON, by the schema of that name; nothing if it is fine. */
  List<String> faults(String schema, String json) throws IOException {
    List<String> faults = new ArrayList<>();
    check(named(schema), JsonTree.of(json), "$", faults);
    return faults;
  }

  private Map<?, ?> named(String name) {
    Object found = schemas.get(name);
    if (found == null) {
      throw new IllegalArgumentException("no schema " + name);
    }
    return (Map<?, ?>) found;
  }

  private void check(Map<?, ?> schema, Object value, String where, List<String> faults) {
    for (Object keyword : schema.keySet()) {
      if (!KNOWN.contains(keyword) && !WORDS.contains(keyword)) {
        throw new IllegalArgumentException("schema at " + where + ": unknown keyword " + keyword);
      }
    }
    if (schema.get("$ref") instanceof String reference) {
      check(named(reference.substring(reference.lastIndexOf('/') + 1)), value, where, faults);
      return;
    }
    if (schema.get("anyOf") instanceof List<?> choices) {
      boolean any = false;
      for (Object choice : choices) {
        List<String> own = new ArrayList<>();
        check((Map<?, ?>) choice, value, where, own);
        any |= own.isEmpty();
      }
      if (!any) {
        faults.add(where + ": is none of what it may be: " + value);
      }
    }
    if (schema.get("type") instanceof String type && !isOf(type, value)) {
      faults.add(where + ": expected " + type + ", found " + value);
      return;
    }
    if (schema.get("enum") instanceof List<?> allowed && !allowed.contains(value)) {
      faults.add(where + ": expected one of " + allowed + ", found " + value);
    }
    if (value instanceof Map<?, ?> fields) {
      if (schema.get("required") instanceof List<?> required) {
        required.stream()
            .filter(name -> !fields.containsKey(name))
            .forEach(name -> faults.add(where + ": lacks " + name));
      }
      if (schema.get("properties") instanceof Map<?, ?> properties) {
        properties.forEach(
            (name, of) -> {
              if (fields.containsKey(name)) {
                check((Map<?, ?>) of, fields.get(name), where + "." + name, faults);
              }
            });
      }
    }
    if (value instanceof List<?> elements && schema.get("items") instanceof Map<?, ?> items) {
      for (int i = 0; i < elements.size(); i++) {
        check(items, elements.get(i), where + "[" + i + "]", faults);
      }
    }
  }

  private static boolean isOf(String type, Object value) {
    return switch (type) {
      case "object" -> value instanceof Map;
      case "array" -> value instanceof List;
      case "string" -> value instanceof String;
      case "boolean" -> value instanceof Boolean;
      case "number" -> value instanceof Double;
      case "integer" -> value instanceof Double number && number == Math.rint(number);
      default -> throw new IllegalArgumentException("unknown type " + type);
    };
  }
}
