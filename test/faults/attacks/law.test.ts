/**
 * Section "law": a pull request writes into its own tree whatever would let it pass. It is judged by the protected base
 * all the same, and the refusal says what it has changed.
 */
import { randomInt } from "node:crypto"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { stringify } from "yaml"
import { finalError, type Outcome } from "../../engine/harness/index.ts"
import { broken, PullRequest } from "./support/pull-request.ts"
import { type Refusal, refused } from "./support/refused.ts"

let pull: PullRequest

beforeAll(async () => {
  pull = await PullRequest.open()
})
afterAll(() => pull?.[Symbol.asyncDispose]())

const uncovered = {
  "web/src/discount.ts": `export function discount(n: number): number {\n${Array.from({ length: 60 }, (_, n) => `  if (n === ${n}) return ${n + 1}`).join("\n")}\n  return 0\n}\n`,
}
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
const token = `ghp_${Array.from({ length: 36 }, () => letters[randomInt(letters.length)]).join("")}`

interface Attack {
  readonly name: string
  readonly files: () => Readonly<Record<string, string>>
  readonly judged: () => Promise<Outcome>
  readonly due: Refusal
}

const attacks: readonly Attack[] = [
  {
    name: "requires no gate of itself, and does not compile",
    files: () => ({
      ...broken,
      "signalbox.yaml": `${pull.config}gates: { required: { fork: [secrets], branch: [secrets], release: [secrets] } }\n`,
    }),
    judged: () => pull.quickly("--partial"),
    due: [10, "typecheck", "gates.required.fork", "refs/remotes/origin/main"],
  },
  {
    name: "switches a check of its component off",
    files: () => ({
      "web/src/any.ts": "export const any = (value: any) => value\n",
      "signalbox.yaml": pull.config.replace(
        "port: 8080",
        'port: 8080, checks: { lint: { off: "not today" } }',
      ),
    }),
    judged: () => pull.gates("lint"),
    due: [17, "components.web.off.lint"],
  },
  {
    name: "gives its component another name, which has no threshold yet",
    files: () => ({
      ...uncovered,
      "signalbox.yaml": pull.config
        .replace("  web: {", "  site: {")
        .replace(/coverageMinimum: \d+/, "coverageMinimum: 0"),
      "environments/staging.yaml":
        "schemaVersion: 1\nname: staging\nnamespace: shop-staging\nrelease: shop\naccess: { kind: service-proxy, component: site }\n",
    }),
    judged: () => pull.gates("coverage"),
    due: [17, "components.site.coverageMinimum"],
  },
  {
    name: "waives its own coverage, by a waiver of its own",
    files: () => ({
      ...uncovered,
      "signalbox.yaml": `${pull.config}waivers: waivers.yaml\n`,
      "waivers.yaml": stringify({ schemaVersion: 1, waivers: [ownWaiver()] }),
    }),
    judged: () => pull.gates("coverage"),
    due: [17, "waivers.mine"],
  },
  {
    name: "names another image of git, of the shell that ends the call, and of every scanner",
    files: () => ({ "toolbox.yaml": otherImages(), ...broken }),
    judged: () => pull.gates("typecheck"),
    due: [10, "typecheck", "toolbox.tools.gitleaks.digest"],
  },
  {
    name: "does so in a toolbox file that the call names elsewhere in the tree",
    files: () => ({ "ci/toolbox.yaml": otherImages(), ...broken }),
    judged: () => pull.gates("typecheck", "--toolbox", "ci/toolbox.yaml"),
    due: [10, "typecheck", "toolbox.tools.gitleaks.digest"],
  },
  {
    name: "does so with a copy of the file at a path that the base does not have",
    files: () => ({ "toolbox.yaml": otherImages(), "a/toolbox.yaml": otherImages(), ...broken }),
    judged: () => pull.gates("typecheck"),
    due: [10, "typecheck"],
  },
  {
    name: "does so after a policy was approved, which is another one than its own",
    files: () => ({ "toolbox.yaml": otherImages(), ...broken }),
    judged: () => pull.gates("typecheck", "--approve-policy", `sha256:${"0".repeat(64)}`),
    due: [13, "the approved policy is not the one of this tree"],
  },
  {
    name: "tells the secrets' scanner to look away: its configuration, its ignore file, a comment, no history",
    files: () => ({
      "web/src/token.ts": `export const token = "${token}" // gitleaks:allow\n`,
      ".gitleaks.toml": '[allowlist]\npaths = [".*"]\nregexes = [".*"]\n',
      ".gitleaksignore": "web/src/token.ts:github-pat:1\n",
      "signalbox.yaml": `${pull.config}gates: { secrets: { history: false } }\n`,
    }),
    judged: () => pull.gates("secrets"),
    due: [10, "github-pat"],
  },
]

const otherImages = () => pull.toolbox.replaceAll(/sha256:[0-9a-f]{64}/g, `sha256:${"0".repeat(64)}`)

function ownWaiver(): object {
  const expires = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)
  const finding = {
    gate: "coverage",
    rule: "coverage-below-minimum",
    file: "web/package.json",
    subject: "web",
  }
  return { id: "mine", ...finding, reason: "mine", owner: "me", expires, accepts: 0 }
}

describe("V04 a pull request that", () => {
  test.each(attacks)("$name", async ({ files, judged, due }) => {
    await pull.branch(files())
    const ended = await refused(judged, due, pull.watch)
    expect(`${ended.stdout}${ended.stderr}`).not.toContain(token)
  })
})

test("the base itself passes, so that the refusals above are the attacks' own", async () => {
  await pull.branch({ "NOTES.md": "nothing\n" })
  const ended = await pull.quickly("--partial")
  expect([ended.code, finalError(ended)]).toEqual([0, ""])
})
