package org.example.styled;

/** Starts and ends. */
public final class Main {
  private Main() {
  }

  public static void main(String[] arguments) {
    System.out.println("styled");
  }
}
