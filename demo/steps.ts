/** The demo's steps in order. Their ids never change: `summary.json` and the checker use them. */
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
  "tampered",
] as const
export type StepId = (typeof stepIds)[number]

export const stepTitles: Readonly<Record<StepId, string>> = {
  build: "Build both images and check their sizes",
  gates: "Run every gate over the source",
  publish: "Publish by digest, with a signed release record, and check that offline",
  staging: "Deploy to staging, smoke, load",
  production: "Plan, approve and promote the same digests",
  "bad-release": "A release that starts but fails its smoke test: production is rolled back automatically",
  "planted-secret": "A planted secret is refused before anything is published",
  "planted-vulnerability": "A planted vulnerable dependency is refused",
  "failing-test": "A failing unit test is refused",
  rollback: "Roll back manually after a good release",
  held: "Deploying the held digest is refused",
  "roll-forward": "Lift the hold with a reason and deploy the release again",
  tampered: "A changed record, a moved tag, a borrowed ledger and a committed .env are refused",
}
