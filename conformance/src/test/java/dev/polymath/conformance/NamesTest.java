package dev.polymath.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a reader of a report goes by. */
class NamesTest {

  private static List<Class<?>> groups() {
    return Arrays.stream(BackendConformance.class.getDeclaredClasses())
        .filter(type -> type.isAnnotationPresent(Nested.class))
        .toList();
  }

  @Test
  @DisplayName("every check has a name and a sentence of its own, whatever its group")
  void unique() {
    Map<String, String> seen = new HashMap<>();
    for (Class<?> group : groups()) {
      for (Method check : group.getSuperclass().getDeclaredMethods()) {
        if (check.isAnnotationPresent(Test.class)) {
          DisplayName name = check.getAnnotation(DisplayName.class);
          assertTrue(name != null, check + " has no sentence");
          // Surefire takes two checks of one name, in two groups, for two runs of one.
          assertNull(
              seen.put(check.getName(), group.getSimpleName()), check.getName() + " is twice");
          String where = group.getSimpleName() + "." + check.getName();
          assertNull(seen.put(name.value(), where), name.value() + " is said twice, in " + where);
        }
      }
    }
  }

  @Test
  @DisplayName("every group has a tag and a name of its own, and an operation too")
  void groupsAndOperations() {
    Set<String> names = new HashSet<>();
    for (Class<?> group : groups()) {
      assertTrue(names.add(group.getAnnotation(Tag.class).value()), group + ": its tag");
      assertTrue(names.add(group.getAnnotation(DisplayName.class).value()), group + ": its name");
    }
    Set<String> operations = new HashSet<>();
    Operations.ALL.forEach(operation -> assertTrue(operations.add(operation.name())));
    assertEquals(Operations.ALL.size(), operations.size());
  }
}
