package dev.polymath.server;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The models by name, each in the version that is served now. */
final class ServedModels {

  private final Map<String, ServedModel> models = new ConcurrentHashMap<>();

  /**
   * The model as it is now, retained: whoever asks releases it.
   *
   * @throws Refusal if there is none of that name
   */
  ServedModel acquire(String name) throws Refusal {
    while (true) {
      ServedModel found = models.get(name);
      if (found == null) {
        throw Refusal.of(
            404,
            "there is no model of that name, expected one of " + new TreeMap<>(models).keySet());
      }
      if (found.retain()) {
        return found;
      }
      // It was replaced between the two lines above: the new one is there now.
    }
  }

  /** Serves a version from now on; that before is closed when its last request is answered. */
  void put(ServedModel model) {
    end(models.put(model.name(), model));
  }

  /** Serves the model no longer. */
  void remove(String name) {
    end(models.remove(name));
  }

  private static void end(@Nullable ServedModel before) {
    if (before != null) {
      before.release();
    }
  }

  /** The models in the order of their names, none of them retained. */
  List<ServedModel> all() {
    return List.copyOf(new TreeMap<>(models).values());
  }

  void clear() {
    models.keySet().forEach(this::remove);
  }
}
