package dev.polymath.models.data;

import java.util.ArrayList;
import java.util.List;

/**
 * The ways to write each digit, as the path of a pen in a box of 70 × 100, y down.
 *
 * <p>A shape is a list of points "x,y" that the pen passes through on a smooth curve; {@code !}
 * after a point makes it a corner, {@code /} lifts the pen. The number in front says how often the
 * shape is drawn.
 */
final class DigitShapes {
  private DigitShapes() {}

  /** One list a digit, 0 to 9. */
  private static final String[][] WRITTEN = {
    {
      "3 40,0 14,16 3,52 14,86 36,100 58,84 68,50 58,14 38,0",
      "2 50,6 24,2 6,34 6,72 26,99 52,90 66,54 58,16 36,2 24,10",
      "2 22,4 4,36 8,78 34,100 62,80 66,40 50,8 20,6",
    },
    {
      "3 36,0 35,50 34,100",
      "3 16,24 28,14 40,0! 38,50 37,100",
      "2 16,22 38,0! 37,50 36,100! / 12,100 36,99 60,100",
      "2 6,36 24,22 42,0! 40,50 38,100",
    },
    {
      "3 6,22 18,5 40,0 60,14 57,36 36,64 6,98! 36,97 68,99",
      "3 8,22 22,4 46,1 60,18 52,44 30,74 12,97 4,88 16,80 36,92 52,99 68,92",
      "2 10,12 34,2 56,6 60,24 44,54 10,96! 30,90 48,97 66,94",
      "2 4,4 32,2 60,4! 34,50 6,97! 36,99 68,96",
    },
    {
      "3 8,14 28,1 52,8 54,30 26,46! 54,54 65,76 48,97 22,99 4,86",
      "2 8,3 32,2 60,3! 44,22 28,40! 54,50 64,74 46,98 20,99 4,88",
      "2 10,8 36,0 56,14 48,36 30,46 24,48 32,48 58,60 60,86 36,100 6,90",
    },
    {
      "3 18,2 12,32 4,60! 34,59 68,58 / 52,24 50,60 47,100",
      "3 48,0 26,32 4,66! 36,65 69,66 / 49,2 48,50 48,100",
      "3 14,4 8,32 14,54 34,58 56,48 / 58,4 54,50 48,100",
      "2 8,2 5,50! 30,52 60,48 / 60,0 58,50 54,100",
    },
    {
      "3 16,3 14,22 11,44! 34,36 58,46 66,70 52,92 28,100 4,90 / 17,3 40,3 64,2",
      "3 62,2 40,4 16,4! 14,22 11,44! 34,37 58,48 65,70 50,93 26,100 4,91",
      "2 62,4 34,3 16,18 20,40 46,52 60,72 46,95 24,100 4,90",
    },
    {
      "3 52,2 26,22 8,54 8,80 28,100 54,94 62,74 46,57 24,62 9,80",
      "2 42,0 20,38 6,74 18,97 44,100 60,82 52,62 32,58 8,76",
      "2 62,8 40,2 16,22 4,60 14,94 40,100 60,84 54,62 34,56 12,68 8,76",
    },
    {
      "3 4,5 34,4 64,4! 44,46 26,100",
      "3 4,5 34,4 64,4! 44,46 26,100 / 14,54 36,52 60,50",
      "2 6,20 7,5! 36,6 65,3! 46,40 34,100",
      "2 4,12 18,3 40,8 64,4! 46,44 36,70 32,100",
    },
    {
      "3 56,14 36,0 13,12 16,32 38,47 60,66 58,90 34,100 10,88 12,68 34,48 54,30 58,14",
      "2 36,0 15,10 13,32 35,46 56,34 57,11 36,0! / 35,46 9,60 7,86 35,100 63,87 61,60 35,46",
      "2 60,6 38,1 16,14 26,38 50,58 60,82 36,100 12,84 24,58 46,38 62,8",
    },
    {
      "3 60,15 38,0 13,12 9,36 28,50 50,40 60,15! 58,54 52,100",
      "3 58,14 36,1 12,14 10,38 30,50 54,36 59,14! 62,52 54,86 32,100 10,93",
      "2 48,46 22,48 8,28 22,4 48,2 60,22 54,54 42,80 28,100",
    },
  };

  /**
   * One curve drawn without lifting the pen.
   *
   * @param x across, 0 … 70
   * @param y down, 0 … 100
   * @param corner whether the pen turns sharply at the point
   */
  record Stroke(double[] x, double[] y, boolean[] corner) {
    int points() {
      return x.length;
    }
  }

  /** All the strokes of one way to write a digit. */
  record Shape(List<Stroke> strokes) {}

  private static final List<List<Shape>> SHAPES = parse();

  /** The shapes of a digit, the usual ones repeated. */
  static List<Shape> of(int digit) {
    return SHAPES.get(digit);
  }

  private static List<List<Shape>> parse() {
    List<List<Shape>> digits = new ArrayList<>();
    for (String[] written : WRITTEN) {
      List<Shape> shapes = new ArrayList<>();
      for (String line : written) {
        int blank = line.indexOf(' ');
        List<Stroke> strokes = new ArrayList<>();
        for (String stroke : line.substring(blank + 1).split("/")) {
          strokes.add(stroke(stroke.trim().split(" ")));
        }
        for (int i = Integer.parseInt(line.substring(0, blank)); i > 0; i--) {
          shapes.add(new Shape(strokes));
        }
      }
      digits.add(List.copyOf(shapes));
    }
    return List.copyOf(digits);
  }

  private static Stroke stroke(String[] points) {
    Stroke stroke =
        new Stroke(
            new double[points.length], new double[points.length], new boolean[points.length]);
    for (int i = 0; i < points.length; i++) {
      String point = points[i];
      int comma = point.indexOf(',');
      boolean corner = point.endsWith("!");
      stroke.x[i] = Integer.parseInt(point.substring(0, comma));
      stroke.y[i] = Integer.parseInt(point.substring(comma + 1, point.length() - (corner ? 1 : 0)));
      stroke.corner[i] = corner;
    }
    return stroke;
  }
}
