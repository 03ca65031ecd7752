package org.example.styled;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What Checkstyle dislikes, and what only looks like it; {@link Set} is used by this comment alone. */
public final class Shelf {
  private Shelf() {
  }

  public static List<String> items(int count) {
    List<String> items = new ArrayList<>();
    for (int at = 0; at < count; at++) items.add("item");
    return items;
  }

  public static List<String> none(int count) {
    List<String> items = new ArrayList<>();
    for (int at = 0; at < count; at++) {
      items.add("item");
    }
    return items;
  }

  public static int Size(List<String> items) {
    return items.size();
  }

  public static int sizeOf(List<String> Items) {
    return Items.size();
  }

  public static String text() {
    return "import java.util.Map; if (true) return; public static int Size()";
  }

  public static final String LONG = "This line has one character more than the hundred and twenty that are allowed.....";

  public static final String FITS = "This line has just the hundred and twenty characters that are allowed............";
}
