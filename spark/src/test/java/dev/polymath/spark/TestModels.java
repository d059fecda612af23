package dev.polymath.spark;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import dev.polymath.models.MultiLabelClassifier;
import dev.polymath.models.Regressor;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.Table;
import dev.polymath.models.data.TableEncoder;
import dev.polymath.models.training.TrainingOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/** Small models, and what the library itself says with them. */
final class TestModels {

  /** A table of all kinds of columns. */
  static final String TABLE = table(60);

  private TestModels() {}

  static Backend backend() {
    return Backends.open("arrays-vector", BackendOptions.defaults());
  }

  static byte[] bytes(Model model) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    model.save(out);
    return out.toByteArray();
  }

  /** A classifier with drawn weights. */
  static byte[] classifier(int inputs, int classes) throws IOException {
    try (Backend backend = backend()) {
      return bytes(
          Classifier.builder(backend)
              .inputs(inputs)
              .classes(classes)
              .hidden(16, 8)
              .seed(3)
              .build());
    }
  }

  /** A model of numeric targets with drawn weights. */
  static byte[] regressor(int inputs, int targets) throws IOException {
    try (Backend backend = backend()) {
      return bytes(
          Regressor.builder(backend).inputs(inputs).outputs(targets).hidden(16).seed(4).build());
    }
  }

  /** A model of several labels with drawn weights. */
  static byte[] labels(int inputs, int labels) throws IOException {
    try (Backend backend = backend()) {
      return bytes(
          MultiLabelClassifier.builder(backend).inputs(inputs).labels(labels).hidden(4).build());
    }
  }

  private static String table(int rows) {
    StringBuilder text = new StringBuilder("age,city,member,joined,label\n");
    String[] cities = {"Rome", "Oslo", "Bern", ""};
    for (int i = 0; i < rows; i++) {
      text.append(i % 7 == 3 ? "" : String.valueOf(20 + i % 41)).append(',');
      text.append(cities[i * i % 4]).append(',').append(i % 3 == 0).append(',');
      text.append("2024-01-").append(10 + i % 20).append("T0").append(i % 10).append(":30:00,");
      text.append(i % 41 > 20 ? "old" : "young").append('\n');
    }
    return text.toString();
  }

  /** A table as the library's reader sees it. */
  static Csv.Source source(String content) {
    return Csv.Source.of(
        "t.csv", new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
  }

  /** A classifier that was trained on {@link #TABLE}, as the command does. */
  static byte[] ofTable() throws IOException {
    try (Backend backend = backend()) {
      Table table = Table.read(source(TABLE), Csv.Layout.DETECTED, note -> {});
      Table.Target target = Table.Target.classes(table, table.target());
      TableEncoder encoder = TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT);
      DataSet data = encoder.encode(table, target, note -> {});
      Classifier model =
          Classifier.builder(backend)
              .inputs(data.features())
              .classNames(data.classNames())
              .hidden(8)
              .build();
      model.fit(data, TrainingOptions.defaults().epochs(3));
      return bytes(model);
    }
  }

  /** A classifier of pictures of 4 x 4 pixels. */
  static byte[] ofPictures() throws IOException {
    try (Backend backend = backend()) {
      byte[] pixels = new byte[16 * 40];
      int[] labels = new int[40];
      SplittableRandom random = new SplittableRandom(1);
      random.nextBytes(pixels);
      for (int i = 0; i < labels.length; i++) {
        labels[i] = i % 2;
      }
      DataSet data = DataSet.ofImages(new ImageSize(4, 4), pixels, labels, List.of("a", "b"));
      Classifier model = Classifier.builder(backend).inputs(16).classes(2).hidden(4).build();
      model.fit(data, TrainingOptions.defaults().epochs(2));
      return bytes(model);
    }
  }

  /** Rows of drawn numbers, some of them 0. */
  static float[][] rows(int count, int width) {
    SplittableRandom random = new SplittableRandom(9);
    float[][] rows = new float[count][width];
    for (float[] row : rows) {
      for (int i = 0; i < width; i++) {
        row[i] = random.nextInt(3) == 0 ? 0 : (float) random.nextDouble(-2, 2);
      }
    }
    return rows;
  }

  /** What a model says of rows of features: probabilities, or numbers. */
  static double[][] expected(byte[] file, float[][] rows) throws IOException {
    try (Backend backend = backend()) {
      double[][] expected = new double[rows.length][];
      if (dev.polymath.models.io.ModelFile.read(file).description().task()
          == dev.polymath.models.data.Task.REGRESSION) {
        Regressor regressor = Regressor.load(file, backend);
        for (int i = 0; i < rows.length; i++) {
          expected[i] = regressor.predict(rows[i]);
        }
        return expected;
      }
      Classifier classifier = Classifier.load(file, backend);
      float[] p = new float[classifier.classes()];
      for (int i = 0; i < rows.length; i++) {
        classifier.predictProbabilities(rows[i], p);
        expected[i] = new double[p.length];
        for (int c = 0; c < p.length; c++) {
          expected[i][c] = p[c];
        }
      }
      return expected;
    }
  }
}
