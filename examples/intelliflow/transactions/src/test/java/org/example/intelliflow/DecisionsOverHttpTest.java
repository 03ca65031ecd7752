package org.example.intelliflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The whole service on a port of its own, with a scoring service of the tests' own beside it. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "scoring.timeout=500ms")
class DecisionsOverHttpTest {
  private static final Map<String, Object> COFFEE =
      Map.of("account", "alice", "amountCents", 420, "country", "DE", "hour", 10);
  private static final List<String> ASKED = new ArrayList<>();
  private static final HttpServer SCORING = scoring();
  private static volatile int status;
  private static volatile String answer;
  private static volatile long delay;

  @Autowired private TestRestTemplate web;

  private static HttpServer scoring() {
    try {
      var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/v1/score",
          exchange -> {
            ASKED.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            pause();
            var body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("content-type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      server.start();
      return server;
    } catch (IOException problem) {
      throw new IllegalStateException(problem);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(delay);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  @DynamicPropertySource
  static void address(DynamicPropertyRegistry registry) {
    registry.add("scoring.url", () -> "http://127.0.0.1:" + SCORING.getAddress().getPort());
  }

  @BeforeEach
  void answersWell() {
    ASKED.clear();
    status = 200;
    answer = "{\"score\": 0.02, \"model\": \"fraud-1\", \"reason\": \"amount\"}";
    delay = 0;
  }

  @AfterAll
  static void stop() {
    SCORING.stop(0);
  }

  private ResponseEntity<Map<String, Object>> decide(Object body) {
    var type = new ParameterizedTypeReference<Map<String, Object>>() {};
    return web.exchange("/api/decisions", HttpMethod.POST, new HttpEntity<>(body), type);
  }

  private void isLeftToAPerson() {
    var response = decide(COFFEE);
    assertThat(response.getStatusCode().value()).isEqualTo(200);
    assertThat(response.getBody()).containsEntry("outcome", "REVIEW").containsEntry("model", null);
  }

  @Test
  void aTransactionIsScoredAndApproved() {
    var response = decide(COFFEE);
    assertThat(response.getStatusCode().value()).isEqualTo(200);
    assertThat(response.getBody())
        .containsEntry("outcome", "APPROVED")
        .containsEntry("score", 0.02)
        .containsEntry("model", "fraud-1")
        .containsEntry("reason", "amount");
    assertThat(ASKED).hasSize(1).first().asString().contains("\"amountCents\":420");
  }

  @Test
  void aServiceThatFailsLeavesItToAPerson() {
    status = 500;
    isLeftToAPerson();
  }

  @Test
  void anAnswerThatIsNoScoreLeavesItToAPerson() {
    for (var text : List.of("{\"score\": 7, \"model\": \"m\"}", "{\"score\": 0.1}", "null", "no JSON")) {
      answer = text;
      isLeftToAPerson();
    }
  }

  @Test
  void aServiceThatIsTooSlowLeavesItToAPerson() {
    delay = 1500;
    isLeftToAPerson();
  }

  @Test
  void everyWrongFieldIsNamed() {
    var response = decide(Map.of("account", " ", "amountCents", 0, "country", "Germany"));
    assertThat(response.getStatusCode().value()).isEqualTo(400);
    assertThat(response.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
    assertThat(response.getBody())
        .extractingByKey("errors", InstanceOfAssertFactories.map(String.class, String.class))
        .containsOnlyKeys("account", "amountCents", "country", "hour");
    assertThat(ASKED).isEmpty();
  }

  @Test
  void itSaysWhichReleaseItIs() {
    assertThat(web.getForObject("/api/version", Map.class)).isEqualTo(Map.of("version", "unversioned"));
  }

  @Test
  void itIsReadyAlsoWithoutTheScoringService() {
    assertThat(web.getForObject("/actuator/health/readiness", Map.class)).isEqualTo(Map.of("status", "UP"));
    assertThat(web.getForObject("/actuator/health/liveness", Map.class)).isEqualTo(Map.of("status", "UP"));
  }
}
