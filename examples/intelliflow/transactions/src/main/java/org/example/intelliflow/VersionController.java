package org.example.intelliflow;

import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /api/version}: which release answers. */
@RestController
class VersionController {
  private final String version;

  VersionController(@Value("${app.version}") String version) {
    this.version = version;
  }

  @GetMapping("/api/version")
  Map<String, String> version() {
    return Map.of("version", version);
  }
}
