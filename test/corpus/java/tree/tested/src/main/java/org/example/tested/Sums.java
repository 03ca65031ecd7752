package org.example.tested;

/** Adds. */
public final class Sums {
  private Sums() {
  }

  public static int add(int a, int b) {
    return a + b;
  }
}
