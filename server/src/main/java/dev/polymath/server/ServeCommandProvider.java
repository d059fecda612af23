package dev.polymath.server;

import dev.polymath.cli.spi.CommandProvider;
import java.util.List;

/** Adds {@code polymath serve}. */
public final class ServeCommandProvider implements CommandProvider {

  /** Found by {@link java.util.ServiceLoader}. */
  public ServeCommandProvider() {}

  @Override
  public Object command() {
    return new ServeCommand();
  }

  @Override
  public String summary() {
    return "Answer predictions over HTTP.";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "polymath serve polymath.safetensors", "polymath serve models/ --port 9000 --host 0.0.0.0");
  }
}
