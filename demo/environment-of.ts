import { parseDocument } from "yaml"

/**
 * An example's own environment as the demo has it: it accepts the toolchain's own advisory database, and its load test is
 * short and judged as on a small machine.
 */
export function demoEnvironment(text: string): string {
  const document = parseDocument(text)
  const profile = document.getIn(["load", "profile"])
  const scale = profile === "safety" ? 0.08 : 0.05
  document.set("acceptedDatabases", [{ name: "signalbox-fixture", maxAge: "3650d" }])
  document.set("load", { profile, scale })
  document.set("timeouts", { rollout: "4m", rollback: "4m", smoke: "1m", load: "5m" })
  document.set("objectives", { errorRate: 0.01, p95Ms: 1500, availability: 0.99, minimumRequests: 20 })
  return document.toString()
}
