package org.example.intelliflow;

/** What the scoring service answers: the probability of fraud, by which model, and what counted most. */
public record Score(double score, String model, String reason) {}
