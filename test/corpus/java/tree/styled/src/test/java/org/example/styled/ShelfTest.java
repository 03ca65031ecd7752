package org.example.styled;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ShelfTest {
  @Test
  void hasItems() {
    assertEquals(2, Shelf.items(2).size());
  }
}
