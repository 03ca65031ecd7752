/** The least that a call of the driver asks. */
export const driverRequest = {
  schemaVersion: 1,
  project: "shop",
  environment: {
    schemaVersion: 1,
    name: "test",
    namespace: "apps",
    release: "app",
    access: { kind: "service-proxy", component: "web" },
  },
  components: { web: { port: 8080, health: "/health" } },
  holder: { who: "tester", id: "call" },
  operation: "call",
  date: "2026-01-01T00:00:00Z",
}
