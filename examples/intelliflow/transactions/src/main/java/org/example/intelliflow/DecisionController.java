package org.example.intelliflow;

import jakarta.validation.Valid;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /api/decisions}. */
@RestController
class DecisionController {
  private final ScoringClient scoring;

  DecisionController(ScoringClient scoring) {
    this.scoring = scoring;
  }

  @PostMapping("/api/decisions")
  Decision decide(@Valid @RequestBody Transaction transaction) {
    return scoring.scoreOf(transaction).map(Decision::by).orElseGet(Decision::withoutScore);
  }
}
