/** What `gates.charts.require` may ask for: the rules are in src/chart/required-rules.ts. */
export const requiredRules = [
  "readiness-probe",
  "liveness-probe",
  "resource-requests",
  "disruption-budget",
  "network-policy",
] as const
