package dev.polymath.models.data;

import dev.polymath.models.data.DigitShapes.Shape;
import dev.polymath.models.data.DigitShapes.Stroke;
import dev.polymath.models.internal.Randomness;
import java.util.Arrays;
import java.util.List;

/**
 * Draws one digit after another in somebody's hand. Each image is a function of its random stream
 * alone. Not for several threads.
 */
final class DigitPainter {
  static final int SIDE = 28;

  /** Straight pieces a curve between two points is cut into. */
  private static final int PIECES = 5;

  /** Distance of each pixel from the pen's edge, in pixels; negative inside the line. */
  private final double[] distance = new double[SIDE * SIDE];

  // The hand of the image being drawn: its affine map, wobble and pen.
  private double xx;
  private double xy;
  private double yx;
  private double yy;
  private double x0;
  private double y0;
  private double wobble;
  private double penRadius;
  private double penLean;
  private double penSwell;

  /** Overwrites {@code pixels[offset .. offset + 784)}. */
  void paint(int digit, Randomness random, byte[] pixels, int offset) {
    List<Shape> shapes = DigitShapes.of(digit);
    Shape shape = shapes.get(random.below(shapes.size()));
    takeHand(random);
    Arrays.fill(distance, SIDE);
    for (Stroke stroke : shape.strokes()) {
      draw(stroke, random);
    }
    double brightness = random.uniform(0.65, 1);
    double edge = random.uniform(0.9, 1.6);
    double noise = random.uniform(0, 0.05);
    for (int i = 0; i < distance.length; i++) {
      double ink = Math.min(1, Math.max(0, 0.5 - distance[i] / edge));
      double value = brightness * ink + noise * random.nearlyGaussian();
      pixels[offset + i] = (byte) Math.min(255, Math.max(0, (int) (255 * value + 0.5)));
    }
  }

  private void takeHand(Randomness random) {
    double height = random.uniform(16, 21.5) / 100;
    double width = height * random.uniform(0.65, 1.15);
    double slant = 0.12 + 0.2 * random.nearlyGaussian();
    double angle = 0.12 * random.nearlyGaussian();
    double sin = StrictMath.sin(angle);
    double cos = StrictMath.cos(angle);
    // Shape box to pixels: stretch, then slant (up goes right), then turn.
    xx = cos * width;
    xy = -cos * slant * height - sin * height;
    yx = sin * width;
    yy = -sin * slant * height + cos * height;
    double center = (SIDE - 1) / 2.0;
    x0 = center + random.uniform(-2.4, 2.4);
    y0 = center + random.uniform(-2.4, 2.4);
    wobble = random.uniform(1.2, 6);
    penRadius = random.uniform(0.6, 1.5);
    penLean = 0.15 * random.nearlyGaussian();
    penSwell = 0.15 * random.nearlyGaussian();
  }

  private void draw(Stroke stroke, Randomness random) {
    int n = stroke.points();
    double[] x = new double[n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      double u = stroke.x()[i] - 35 + wobble * random.nearlyGaussian();
      double v = stroke.y()[i] - 50 + wobble * random.nearlyGaussian();
      x[i] = x0 + xx * u + xy * v;
      y[i] = y0 + yx * u + yy * v;
    }
    double fromX = x[0];
    double fromY = y[0];
    for (int i = 0; i + 1 < n; i++) {
      // Catmull–Rom; an end or a corner stands in for the neighbour beyond it.
      int before = i == 0 || stroke.corner()[i] ? i : i - 1;
      int after = i + 2 == n || stroke.corner()[i + 1] ? i + 1 : i + 2;
      for (int piece = 1; piece <= PIECES; piece++) {
        double t = (double) piece / PIECES;
        double toX = spline(x[before], x[i], x[i + 1], x[after], t);
        double toY = spline(y[before], y[i], y[i + 1], y[after], t);
        line(fromX, fromY, toX, toY, radius((i + t) / (n - 1)));
        fromX = toX;
        fromY = toY;
      }
    }
  }

  /** Radius of the pen at a part of the stroke, 0 … 1: pressure rises, falls or swells. */
  private double radius(double part) {
    double middle = 2 * part - 1;
    return Math.max(
        0.35, penRadius * (1 + penLean * middle + penSwell * (1 - 2 * middle * middle)));
  }

  private static double spline(double a, double b, double c, double d, double t) {
    double half = 0.5 * t;
    return b + half * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  }

  /** Lowers the distance of the pixels near a straight piece of the line. */
  private void line(double ax, double ay, double bx, double by, double radius) {
    double reach = radius + 1;
    int left = Math.max(0, (int) Math.ceil(Math.min(ax, bx) - reach));
    int right = Math.min(SIDE - 1, (int) Math.floor(Math.max(ax, bx) + reach));
    int top = Math.max(0, (int) Math.ceil(Math.min(ay, by) - reach));
    int bottom = Math.min(SIDE - 1, (int) Math.floor(Math.max(ay, by) + reach));
    double dx = bx - ax;
    double dy = by - ay;
    double perSquare = 1 / Math.max(1e-12, dx * dx + dy * dy);
    for (int py = top; py <= bottom; py++) {
      for (int px = left; px <= right; px++) {
        double along = ((px - ax) * dx + (py - ay) * dy) * perSquare;
        along = Math.min(1, Math.max(0, along));
        double ox = px - ax - along * dx;
        double oy = py - ay - along * dy;
        double d = Math.sqrt(ox * ox + oy * oy) - radius;
        int pixel = py * SIDE + px;
        distance[pixel] = Math.min(distance[pixel], d);
      }
    }
  }
}
