package dev.polymath.conformance;

import dev.polymath.conformance.Stepped.Step;
import java.util.List;
import java.util.function.Predicate;

/** Faults that begin above a size, or are met at multiples alone. */
final class SizeMutants {

  private static final String GROUP = "Sizes";

  private SizeMutants() {}

  /** The last element is wrong, in one operation at some sizes. */
  private static Mutant last(String name, String operation, String check, Predicate<Step> where) {
    return Mutant.of(
            name,
            operation + ": of any size",
            GROUP,
            operation.split(" ")[0],
            () -> Stepped.spoiling(step -> step.is(operation) && where.test(step)))
        .by(check);
  }

  private static Mutant product(String name, String operation, Predicate<Step> where) {
    return last(name, operation, operation + "Sizes", where);
  }

  private static Mutant element(String name, String operation, Predicate<Step> where) {
    return last(name, operation, "elementWiseSizes", where);
  }

  static List<Mutant> all() {
    return List.of(
        product("rows above 4,096 lost", "matmul", step -> step.rows() > 4096),
        product("columns above 8,000 lost", "matmul", step -> step.cols() > 8000),
        product("long sums cut", "matmul", step -> step.inner() > 4000),
        product("sums of whole blocks of 128", "matmul", step -> step.inner() % 128 == 0),
        product(
            "rows and columns both of 128",
            "matmul",
            step -> step.rows() % 128 == 0 && step.cols() % 128 == 0),
        product(
            "work above a threshold",
            "matmul",
            step -> (long) step.rows() * step.cols() * step.inner() > 50_000_000),
        product("one row by thousands", "matmul", step -> step.rows() == 1 && step.inner() > 640),
        product("columns above 1,024 lost", "matmulTransA", step -> step.cols() > 1024),
        product("batches above 2,048", "matmulTransA", step -> step.inner() > 2048),
        product("batches of a multiple of 256", "matmulTransA", step -> step.inner() % 256 == 0),
        product("rows of a multiple of 1,024", "matmulTransA", step -> step.rows() % 1024 == 0),
        product("sums above 2,304", "matmulTransB", step -> step.inner() > 2304),
        product("columns above 640", "matmulTransB", step -> step.cols() > 640),
        product("rows beside a power of two", "matmulTransB", step -> step.rows() == 1025),
        element("many rows of one sum", "sumRows", step -> step.inner() > 8000),
        element("sums of whole blocks of rows", "sumRows", step -> step.inner() % 1024 == 0),
        element("wide rows added", "addRow", step -> step.cols() > 8000),
        element("rows of a million elements", "addRow", step -> step.out().size() > 1_000_000),
        element("updates above 200,000 elements", "axpby", step -> step.out().size() > 200_000),
        element("updates of a multiple of 1,024", "axpby", step -> step.out().size() % 1024 == 0),
        element(
            "scaled copies above 100,000", "axpby with β = 0", step -> step.out().size() > 100_000),
        element("masks of a million elements", "multiply", step -> step.out().size() > 1_000_000),
        product("rows above 65,535", "matmul", step -> step.rows() > 65_535),
        product("sums above 65,535", "matmulTransA", step -> step.inner() > 65_535),
        product("columns above 65,535", "matmulTransB", step -> step.cols() > 65_535),
        element("rows above 65,535 added", "addRow", step -> step.rows() > 65_535),
        element("sums of more than 65,535 rows", "sumRows", step -> step.inner() > 65_535),
        element(
            "large masks with out = b",
            "multiply",
            step -> step.out() == step.b() && step.out().size() > 10_000),
        last("adam of more than 65,535 rows", "adam", "adamSizes", step -> step.rows() > 65_535),
        last(
            "sigmoid of more than 65,535 rows",
            "activate SIGMOID",
            "activateSizes",
            step -> step.rows() > 65_535),
        last(
            "softmax of tens of thousands of classes",
            "activate SOFTMAX",
            "activateSizes",
            step -> step.cols() > 20_000),
        last(
            "derivative of tens of thousands of classes",
            "activateBackward SOFTMAX",
            "activateBackwardSizes",
            step -> step.cols() > 20_000),
        last(
            "adam above 200,000 elements",
            "adam",
            "adamSizes",
            step -> step.out().size() > 200_000),
        last(
            "softmax of thousands of classes",
            "activate SOFTMAX",
            "activateSizes",
            step -> step.cols() > 4000),
        last(
            "ReLU of a million elements",
            "activate RELU",
            "activateSizes",
            step -> step.out().size() > 1_000_000),
        last(
            "tanh of a multiple of 1,024",
            "activate TANH",
            "activateSizes",
            step -> step.out().size() % 1024 == 0),
        last(
            "derivative of a wide softmax",
            "activateBackward SOFTMAX",
            "activateBackwardSizes",
            step -> step.cols() > 4000),
        last(
            "derivative above 100,000 elements",
            "activateBackward SIGMOID",
            "activateBackwardSizes",
            step -> step.out().size() > 100_000));
  }
}
