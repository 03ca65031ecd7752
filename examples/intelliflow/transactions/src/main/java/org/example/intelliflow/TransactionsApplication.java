package org.example.intelliflow;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Decides about transactions: each is scored elsewhere, and approved, declined or left to a person. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class TransactionsApplication {
  public static void main(String[] args) {
    SpringApplication.run(TransactionsApplication.class, args);
  }
}
