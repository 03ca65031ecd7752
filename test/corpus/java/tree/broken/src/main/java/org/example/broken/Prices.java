package org.example.broken;

import java.util.List;
import java.util.Optional;

/** Errors of types, and what only looks like them. */
public final class Prices {
  private Prices() {
  }

  static final int WRONG = "12";

  static final String TEXT = "static final int WRONG = \"12\";";

  static int total(List<Integer> cents) {
    return cents.lenght();
  }

  static int size(List<Integer> cents) {
    return cents.size();
  }

  static int twice(int value) {
    return add(value);
  }

  static int add(int a, int b) {
    return a + b;
  }

  static String first(List<String> names) {
    return names.stream().findFirst();
  }

  static Optional<String> firstOrNone(List<String> names) {
    return names.stream().findFirst();
  }

  static Object unknown() {
    return notThere;
  }

  static Object named() {
    return "notThere";
  }
}
