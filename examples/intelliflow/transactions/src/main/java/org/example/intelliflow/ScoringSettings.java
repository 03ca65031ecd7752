package org.example.intelliflow;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Where the scoring service is, and how long somebody who pays can wait for it. */
@ConfigurationProperties("scoring")
public record ScoringSettings(URI url, Duration timeout) {}
