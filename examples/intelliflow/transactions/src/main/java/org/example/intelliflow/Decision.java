package org.example.intelliflow;

/**
 * What becomes of a transaction, and why.
 *
 * @param score probability of fraud; null where nobody could tell
 * @param model that told the score; null where nobody could tell
 */
public record Decision(Outcome outcome, Double score, String model, String reason) {
  private static final double REVIEWED_FROM = 0.5;
  private static final double DECLINED_FROM = 0.9;

  /** What becomes of it. */
  public enum Outcome {
    APPROVED,
    REVIEW,
    DECLINED
  }

  static Decision by(Score score) {
    return new Decision(outcomeAt(score.score()), score.score(), score.model(), score.reason());
  }

  /** Neither approved, which would let fraud pass, nor declined, which would turn every customer away. */
  static Decision withoutScore() {
    return new Decision(Outcome.REVIEW, null, null, "it could not be scored");
  }

  private static Outcome outcomeAt(double score) {
    if (score >= DECLINED_FROM) {
      return Outcome.DECLINED;
    }
    return score >= REVIEWED_FROM ? Outcome.REVIEW : Outcome.APPROVED;
  }
}
