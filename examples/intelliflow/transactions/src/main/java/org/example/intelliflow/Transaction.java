package org.example.intelliflow;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/**
 * What somebody wants to pay.
 *
 * @param hour of the day where the account is at home
 */
public record Transaction(
    @NotBlank @Size(max = 40) String account,
    @NotNull @Min(1) @Max(100_000_000) Long amountCents,
    @NotBlank @Pattern(regexp = "[A-Z]{2}") String country,
    @NotNull @Min(0) @Max(23) Integer hour) {}
