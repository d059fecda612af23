import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Writes a table of 36 numbers, 3 categories, a date and a class: LargeTable FILE MEGABYTES. */
public class LargeTable {
  public static void main(String[] arguments) throws IOException {
    long bytes = Long.parseLong(arguments[1]) * 1_000_000L;
    SplittableRandom r = new SplittableRandom(7);
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(Path.of(arguments[0])), 1 << 20)) {
      StringBuilder row = new StringBuilder("id");
      for (int j = 0; j < 36; j++) {
        row.append(",x").append(j);
      }
      row.append(",city,job,plan,day,left\n");
      double[] x = new double[36];
      long written = 0;
      for (long id = 1; written < bytes; id++) {
        row.append(id);
        for (int j = 0; j < 36; j++) {
          double u = r.nextDouble() + r.nextDouble() + r.nextDouble() + r.nextDouble() - 2;
          x[j] = j % 3 == 0 ? 1000 * u * u : u;
          row.append(',');
          if (j == 5 && r.nextInt(50) == 0) {
            row.append("NA");
          } else if (j % 9 == 8) {
            row.append(Math.round(20 * u));
          } else {
            number(row, x[j]);
          }
        }
        int city = r.nextInt(300);
        int job = r.nextInt(12);
        int plan = r.nextInt(4);
        double z = x[1] + 2 * Math.abs(x[2]) - 1.2 + (x[3] > 300 ? 1 : -0.5) * x[4];
        z += (job % 3 - 1) * 0.5 - (plan == 2 ? 1 : 0) + (city % 2) * x[7];
        row.append(",city").append(city).append(",job ").append(job);
        row.append(',').append("ABCD".charAt(plan));
        row.append(",2024-").append(10 + r.nextInt(3)).append('-').append(10 + r.nextInt(18));
        row.append(r.nextDouble() < 1 / (1 + Math.exp(-3 * z)) ? ",yes\n" : ",no\n");
        byte[] line = row.toString().getBytes(StandardCharsets.US_ASCII);
        out.write(line);
        written += line.length;
        row.setLength(0);
      }
    }
  }

  private static void number(StringBuilder row, double x) {
    long millionths = Math.round(x * 1_000_000);
    if (millionths < 0) {
      row.append('-');
      millionths = -millionths;
    }
    String fraction = Long.toString(1_000_000 + millionths % 1_000_000);
    row.append(millionths / 1_000_000).append('.').append(fraction, 1, fraction.length());
  }
}
