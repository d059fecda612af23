package dev.polymath.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparkSessionsTest {

  @ParameterizedTest
  @ValueSource(strings = {"local[2]", "local-cluster[2,1,1024]"})
  void tasksFindTheVectorBackend(String master) throws IOException {
    try (SparkSession session = SparkSessions.start(master, Map.of())) {
      JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
      List<Integer> numbers = IntStream.range(0, 4).boxed().toList();
      Function<Integer, String> open = number -> open("arrays-vector");
      assertEquals(
          List.of("arrays-vector"), context.parallelize(numbers, 4).map(open).distinct().collect());
    }
  }

  private static String open(String name) {
    try (Backend backend = Backends.open(name, BackendOptions.defaults())) {
      return backend.info().name();
    }
  }
}
