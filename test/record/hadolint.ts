import { parseConfig } from "../../src/config/index.ts"
import { dockerfilesIn } from "../../src/gates/dockerfile/files.ts"
import { hadolintRun } from "../../src/gates/dockerfile/tool.ts"
import { corpus, recordLinter } from "./linters.ts"

const clean = 'FROM debian:12.5-slim\nUSER 1001\nCOPY app /app\nCMD ["/app"]\n'
const faults = `FROM debian:12
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y curl
RUN cd /tmp && echo $HOME
RUN echo \`date\`
CMD /app
`
const long = `FROM debian:12.5\n${"RUN cd /tmp && echo $HOME | tee /list\n".repeat(40_000)}`
const killed = {
  command: "timeout",
  version: { args: ["9", "hadolint", "--version"], pattern: "Linter (\\S+)" },
}

/** @param other directory with hadolint 2.12.0 */
export function recordHadolint(tools: string, other: string): void {
  const tree = corpus("dockerfile")
  const { files } = dockerfilesIn(
    Object.keys(tree),
    parseConfig(tree["signalbox.yaml"] ?? "", "signalbox.yaml"),
  )
  recordLinter(hadolintRun, tools, {
    corpus: { about: "the corpus of this gate", files: tree, request: { files } },
    clean: { about: "two sound Dockerfiles", files: { Dockerfile: clean, "web/app.Dockerfile": clean } },
    findings: {
      about: "faults, one under a comment that would switch it off, and settings that would as well",
      files: { "api/Dockerfile": faults, Dockerfile: clean, ".hadolint.yaml": "ignored: [DL3003]\n" },
      request: { files: ["Dockerfile", "api/Dockerfile"] },
    },
    style: {
      about: "nothing but a matter of style",
      files: { Dockerfile: clean.replace("COPY", "RUN echo `date`\nCOPY") },
    },
    unparsable: { about: "a Dockerfile that is none", files: { Dockerfile: "FROM debian:12.5\nRUNN x\n" } },
    "half-read-run": {
      about:
        "commands that end too early, that go on after an end, and of a shell that ShellCheck does not know",
      files: {
        Dockerfile: "FROM debian:12.5\nRUN if true; then echo\nUSER 1001\n",
        "b/Dockerfile": "FROM debian:12.5\nRUN echo; fi; echo $HOME\nUSER 1001\n",
        "c/Dockerfile": 'FROM debian:12.5\nSHELL ["/bin/zsh", "-c"]\nRUN echo $HOME\nUSER 1001\n',
      },
    },
    shells: {
      about:
        "a shell that only looks like one of Windows, one of Windows, exec form, and a here-document for a shell",
      files: {
        Dockerfile: `FROM debian:12.5
SHELL ["/bin/sh", \\
  "-c", "eval \\"$1\\"", "cmd"]
RUN rm -rf "$place/"*
SHELL ["C:\\\\cmd.exe", "/C"]
RUN del x
USER 1001
`,
        "b/Dockerfile":
          'FROM debian:12.5\nRUN ["sh", "-c", "rm -rf $place/*"]\nRUN sh <<EOF\nrm -rf $place/*\nEOF\n\nUSER 1001\n',
      },
    },
    heredoc: {
      about: "an instruction right after a here-document, which Docker takes",
      files: { Dockerfile: "FROM debian:12.5\nRUN <<EOF\nls\nEOF\nUSER 1001\n" },
    },
    one: {
      about: "a single finding",
      files: { Dockerfile: "FROM debian:12.5\nRUN sudo id\nUSER 1001\n" },
    },
    empty: { about: "an empty file beside a sound one", files: { Dockerfile: clean, "a/Dockerfile": "" } },
    crash: {
      about: "settings that are not there",
      files: { Dockerfile: clean },
      request: { args: ["--config", "/nowhere/settings", "--format", "json"] },
    },
    "time-out": {
      about: "a file that takes it longer than it has",
      files: { Dockerfile: long },
      request: { seconds: 1 },
    },
    killed: {
      about: "ended by SIGKILL while it judges",
      files: { Dockerfile: long },
      request: { ...killed, args: ["-s", "KILL", "1", "hadolint", "--format", "json"] },
    },
    "other-version": { about: "2.12.0", files: { Dockerfile: faults }, version: other },
    missing: {
      about: "no such program",
      files: { Dockerfile: clean },
      request: { command: "hadolint-of-nowhere" },
    },
  })
}
