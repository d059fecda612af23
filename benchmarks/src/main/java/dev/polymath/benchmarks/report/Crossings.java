package dev.polymath.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Where the curves of speed by size cross, on logarithmic axes between the measured sizes. */
final class Crossings {

  private Crossings() {}

  /**
   * @param size the size at which {@code faster} passes {@code slower}
   */
  record Crossing(String faster, String slower, double size) {}

  /** Speed by size of each backend; a backend may lack sizes. */
  static List<Crossing> of(Map<String, NavigableMap<Integer, Sample>> curves) {
    List<Crossing> crossings = new ArrayList<>();
    List<String> names = List.copyOf(curves.keySet());
    for (int i = 0; i < names.size(); i++) {
      for (int j = i + 1; j < names.size(); j++) {
        between(
            names.get(i),
            curves.get(names.get(i)),
            names.get(j),
            curves.get(names.get(j)),
            crossings);
      }
    }
    crossings.sort((a, b) -> Double.compare(a.size, b.size));
    return crossings;
  }

  private static void between(
      String first,
      NavigableMap<Integer, Sample> a,
      String second,
      NavigableMap<Integer, Sample> b,
      List<Crossing> crossings) {
    TreeMap<Integer, Double> lead = new TreeMap<>();
    a.forEach(
        (size, sample) -> {
          Sample other = b.get(size);
          if (other != null && sample.known() && other.known()) {
            lead.put(size, Math.log(sample.median() / other.median()));
          }
        });
    Map.Entry<Integer, Double> last = null;
    for (Map.Entry<Integer, Double> here : lead.entrySet()) {
      if (last != null && last.getValue() * here.getValue() < 0) {
        double part = last.getValue() / (last.getValue() - here.getValue());
        double size =
            Math.exp(
                Math.log(last.getKey())
                    + part * (Math.log(here.getKey()) - Math.log(last.getKey())));
        boolean up = here.getValue() > 0;
        crossings.add(new Crossing(up ? first : second, up ? second : first, size));
      }
      last = here;
    }
  }
}
