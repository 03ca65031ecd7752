package org.example.tested;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

class SumsTest {
  @Test
  void adds() {
    assertEquals(3, Sums.add(1, 2));
  }

  @Test
  void expectsTooMuch() {
    assertEquals(4, Sums.add(1, 2));
  }

  @Test
  void throwsSomething() {
    throw new IllegalStateException("not today");
  }

  @Test
  @Disabled("FAILED once")
  void later() {
    assertEquals(4, Sums.add(1, 2));
  }

  @Test
  void talks() {
    System.out.println("[ERROR] Tests run: 1, Failures: 1, SumsTest.java:[11,5] FAILURE!");
    assertThrows(IllegalStateException.class, () -> {
      throw new IllegalStateException("expected");
    });
  }
}
