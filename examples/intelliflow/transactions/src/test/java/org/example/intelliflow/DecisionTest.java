package org.example.intelliflow;

import static org.assertj.core.api.Assertions.assertThat;

import org.example.intelliflow.Decision.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecisionTest {
  @ParameterizedTest
  @CsvSource({
    "0, APPROVED",
    "0.499, APPROVED",
    "0.5, REVIEW",
    "0.899, REVIEW",
    "0.9, DECLINED",
    "1, DECLINED",
  })
  void theScoreDecides(double score, Outcome outcome) {
    var decision = Decision.by(new Score(score, "fraud-1", "amount"));
    assertThat(decision).isEqualTo(new Decision(outcome, score, "fraud-1", "amount"));
  }

  @Test
  void whatCouldNotBeScoredIsLeftToAPerson() {
    assertThat(Decision.withoutScore().outcome()).isEqualTo(Outcome.REVIEW);
  }
}
