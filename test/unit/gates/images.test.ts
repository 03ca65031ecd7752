import { expect, test } from "vitest"
import { judgeImage } from "../../../src/gates/images/decide.ts"

const facts = {
  digest: `sha256:${"a".repeat(64)}`,
  bytes: 1000,
  layers: [],
  platform: "linux/amd64",
  user: "1001:1001",
  exposedPorts: ["8080/tcp"],
  healthcheck: true,
  labels: {},
}
const component = { language: "dockerfile" as const, user: 1001, port: 8080 }

test("an image that builds on another by its name alone is told so, and passes", () => {
  const { findings } = judgeImage("api", component, facts, [
    { image: "golang:1.22", file: "api/Dockerfile", line: 1 },
  ])
  expect(findings).toMatchObject([
    {
      rule: "image-unpinned",
      severity: "info",
      location: { file: "api/Dockerfile", line: 1 },
      subject: "golang:1.22",
    },
  ])
})
