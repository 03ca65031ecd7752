/** The demo's steps in their order; ids are final, `summary.json` and the checker use them. */
export const stepIds = [
  "build",
  "gates",
  "publish",
  "staging",
  "production",
  "bad-release",
  "planted-secret",
  "planted-vulnerability",
  "failing-test",
  "rollback",
  "held",
  "roll-forward",
] as const
export type StepId = (typeof stepIds)[number]

export const stepTitles: Readonly<Record<StepId, string>> = {
  build: "Build both images and weigh them",
  gates: "Hold the source against every gate",
  publish: "Publish by digest, with a release record",
  staging: "Deploy to staging, smoke, load",
  production: "Plan, approve and promote the same digests",
  "bad-release": "A release that starts but fails its smoke test: production goes back by itself",
  "planted-secret": "A planted secret is refused before anything is published",
  "planted-vulnerability": "A planted vulnerable dependency is refused",
  "failing-test": "A failing unit test is refused",
  rollback: "Roll back by hand after a good release",
  held: "Deploying the held digest is refused",
  "roll-forward": "Lift the hold with a reason, and forward again",
}
