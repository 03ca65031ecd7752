package org.example.intelliflow;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.ClientHttpRequestFactorySettings;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/** The scoring service. */
@Component
class ScoringClient {
  private static final Logger LOG = LoggerFactory.getLogger(ScoringClient.class);

  private final RestClient client;

  ScoringClient(RestClient.Builder builder, ScoringSettings settings) {
    var limits =
        ClientHttpRequestFactorySettings.defaults()
            .withConnectTimeout(settings.timeout())
            .withReadTimeout(settings.timeout());
    this.client =
        builder
            .baseUrl(settings.url())
            .requestFactory(ClientHttpRequestFactoryBuilder.jdk().build(limits))
            .build();
  }

  /** Empty where it is away, too slow, or answers what is no score; why is in the log. */
  Optional<Score> scoreOf(Transaction transaction) {
    try {
      var score =
          client
              .post()
              .uri("/v1/score")
              .contentType(MediaType.APPLICATION_JSON)
              .body(transaction)
              .retrieve()
              .body(Score.class);
      if (score == null || score.model() == null || !(score.score() >= 0 && score.score() <= 1)) {
        LOG.warn("the scoring service answered what is no score: {}", score);
        return Optional.empty();
      }
      return Optional.of(score);
    } catch (RestClientException problem) {
      LOG.warn("the scoring service could not be asked: {}", problem.getMessage());
      return Optional.empty();
    }
  }
}
