import { randomInt } from "node:crypto"
import { Recorder } from "./recorder.ts"

const author = {
  GIT_AUTHOR_NAME: "Example",
  GIT_AUTHOR_EMAIL: "dev@example.com",
  GIT_COMMITTER_NAME: "Example",
  GIT_COMMITTER_EMAIL: "dev@example.com",
}

/** A token of the right form that belongs to nobody; made anew each time, so that none is ever in this repository. */
function inventedToken(): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
  return `ghp_${Array.from({ length: 36 }, () => letters[randomInt(letters.length)]).join("")}`
}

export function recordGitleaks(binary: string): void {
  const recorder = new Recorder("gitleaks", binary)
  const commit = (message: string, date: string) => {
    recorder.prepare("git", ["add", "."])
    const dates = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }
    recorder.prepare("git", ["commit", "--quiet", "--message", message], { ...author, ...dates })
  }
  const options = ["--no-banner", "--no-color", "--redact", "--exit-code", "10", "--report-format", "json"]
  const scan = (kind: "git" | "dir", target: string) => [
    kind,
    ...options,
    "--report-path",
    "report.json",
    target,
  ]
  recorder.file(".gitignore", "report.json\n")
  recorder.prepare("git", ["init", "--quiet", "--initial-branch", "main"])
  recorder.file("README.md", "# app\n")
  commit("start", "2026-01-05T10:00:00Z")
  recorder.record("clean-history", {
    about: "one commit without a secret",
    args: scan("git", "."),
    report: "report.json",
  })
  recorder.record("clean-directory", {
    about: "a directory without a secret",
    args: scan("dir", "."),
    report: "report.json",
  })
  recorder.file(
    "src/settings.ts",
    `export const region = "eu-central-1"\nexport const token = "${inventedToken()}"\n`,
  )
  recorder.record("finding-in-directory", {
    about: "a token in a file that is not committed",
    args: scan("dir", "."),
    report: "report.json",
  })
  commit("add settings", "2026-01-06T10:00:00Z")
  recorder.file("src/settings.ts", 'export const region = "eu-central-1"\n')
  commit("remove token", "2026-01-07T10:00:00Z")
  recorder.record("finding-in-history", {
    about: "a token in the second of three commits, removed in the third",
    args: scan("git", "."),
    report: "report.json",
  })
  recorder.record("error-no-repository", {
    about: "the target does not exist",
    args: scan("git", "nowhere"),
    report: "report.json",
  })
  recorder.file("broken.toml", "title = \n")
  recorder.record("error-bad-config", {
    about: "a configuration that is no TOML",
    args: [...scan("dir", "."), "--config", "broken.toml"],
    report: "report.json",
  })
  for (let n = 0; n < 400; n++) recorder.file(`big/${n}.ts`, `export const api = "key"\n`.repeat(4000))
  recorder.record("cut-short", {
    about: "a directory that takes longer than the time limit",
    args: [...scan("dir", "big"), "--timeout", "1"],
    report: "report.json",
  })
  recorder.finish("8.30.1")
}
