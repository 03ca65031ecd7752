import { join } from "node:path"
import { findScripts } from "../../src/gates/shell/find.ts"
import { shellcheckRun, withSourced } from "../../src/gates/shell/tool.ts"
import { corpus, recordLinter } from "./linters.ts"

const clean = '#!/bin/sh\nset -eu\nprintf "%s\\n" "$1"\n'
const faults = `#!/bin/bash
# shellcheck source=/dev/null disable=SC2086,SC2115
. /etc/os-release
rm -rf $1/*
echo $NAME
`
const one = '#!/bin/bash\nrm -rf "$1/"*\n'
const sourced = 'state=ready\nrm -rf "$place/"*\n[[ -d $place ]] || state=gone\n'
const long = `#!/bin/bash\n${'cd "$1" && echo $2 | tee "$3"\n'.repeat(4000)}`
const killed = {
  command: "timeout",
  version: { args: ["9", "shellcheck", "--version"], pattern: "version: (\\S+)" },
}

/** @param other directory with ShellCheck 0.10.0 */
export function recordShellcheck(tools: string, other: string): void {
  const tree = corpus("shell")
  const { files, apart } = withSourced(findScripts(join(import.meta.dirname, "../corpus/shell/tree")))
  recordLinter(shellcheckRun, tools, {
    corpus: { about: "the corpus of this gate", files: tree, request: { files, apart } },
    clean: { about: "two sound scripts", files: { "a.sh": clean, "bin/b": clean } },
    findings: {
      about: "faults, two under a comment that would switch them off, and settings that would as well",
      files: { "a.sh": faults, "b.sh": clean, ".shellcheckrc": "disable=SC2086\n" },
      request: { files: ["a.sh", "b.sh"] },
    },
    sourced: {
      about: "a fault in a file that a script sources, and a word of another shell's",
      files: { "a.sh": '#!/bin/sh\nplace=/srv\n. ./lib\necho "$state"\n', lib: sourced },
      request: withSourced({ files: ["a.sh"], sourced: [{ file: "lib", shell: "sh" }], notLooked: [] }),
    },
    one: { about: "one fault", files: { "a.sh": one } },
    stopped: {
      about: "a script that it reads in part",
      files: { "a.sh": '#!/bin/sh\nprintf "%s\\n" "$1"\nfi\n' },
    },
    unparsable: { about: "a script that ends too early", files: { "a.sh": "#!/bin/sh\nif true; then\n" } },
    "unknown-shell": {
      about: "an ending of a shell, another shell's first line",
      files: { "a.sh": "#!/bin/zsh\necho $1\n", "b.sh": clean },
    },
    empty: { about: "an empty file beside a sound one", files: { "a.sh": "", "b.sh": clean } },
    crash: {
      about: "an argument that it does not know",
      files: { "a.sh": clean },
      request: { args: ["--format", "nothing"] },
    },
    "time-out": {
      about: "a file that takes it longer than it has",
      files: { "a.sh": long },
      request: { seconds: 1 },
    },
    killed: {
      about: "ended by SIGKILL while it judges",
      files: { "a.sh": long },
      request: { ...killed, args: ["-s", "KILL", "1", "shellcheck", "--format", "json1"] },
    },
    "other-version": { about: "0.10.0", files: { "a.sh": faults }, version: other },
    missing: {
      about: "no such program",
      files: { "a.sh": clean },
      request: { command: "shellcheck-of-nowhere" },
    },
  })
}
