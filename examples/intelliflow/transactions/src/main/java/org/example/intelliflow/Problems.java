package org.example.intelliflow;

import java.util.TreeMap;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Wrong requests are answered with application/problem+json that names every wrong field. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {
  @Override
  protected ResponseEntity<Object> handleMethodArgumentNotValid(
      MethodArgumentNotValidException invalid,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    var errors = new TreeMap<String, String>();
    for (var one : invalid.getFieldErrors()) {
      errors.put(one.getField(), String.valueOf(one.getDefaultMessage()));
    }
    invalid.getBody().setProperty("errors", errors);
    return handleExceptionInternal(invalid, invalid.getBody(), headers, status, request);
  }
}
