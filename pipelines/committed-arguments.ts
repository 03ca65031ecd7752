import { namesArgument, type Session } from "../src/call/index.ts"
import { SignalboxError, visible } from "../src/domain/index.ts"
import { git, gitExec, revisionExists } from "./source.ts"

/** A variable of a committed file .env. */
export interface CommittedVariable {
  readonly file: string
  readonly line: number
  readonly name: string
}

/**
 * Refuses a commit whose own .env files set arguments of the call that judges it: `SIGNALBOX_GATES_ONLY=typecheck` would
 * leave out every other gate. An application's own variables are left alone, and so is a file that is not committed.
 * @throws CONFIG_INVALID
 */
export async function assertNoCommittedArguments(session: Session): Promise<void> {
  const found: CommittedVariable[] = []
  for (const variable of await committedVariables(session))
    if (await setsArgument(session, variable)) found.push(variable)
  const [first] = found
  if (first === undefined) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: "a committed .env sets arguments of this call",
    where: `${first.file}:${first.line}:1`,
    why: `Dagger takes ${found.map(({ name }) => visible(name)).join(", ")} for arguments, so that the tree would choose how it is judged`,
    next: "remove them from the commit: pass arguments with the call, or keep the .env file untracked",
  })
}

/** Without the prefix a name counts only beside a module's own dagger.json, where an application rarely has its .env. */
async function setsArgument(session: Session, { file, name }: CommittedVariable): Promise<boolean> {
  if (namesArgument(name, false)) return true
  if (!namesArgument(name, true)) return false
  const manifest = `${file.slice(0, -".env".length)}dagger.json`
  return (await git(session, ["ls-tree", "--name-only", "HEAD", "--", manifest])).length > 0
}

/**
 * What git looks for in .env files, without regard to case: what stands before `=`, where it names this module, and else
 * the first word. Dagger also reads a name after `export`, said twice, and after blanks of Unicode (core/envfile.go of
 * v0.21.7), also in the middle of a name. Values are never printed.
 */
const namesInEnvFile = "^([^=]*signalbox[^=]*|[^a-z0-9_#=]*(export[^a-z0-9_#=]+)*[a-z_][a-z0-9_.-]*)"

export const searchEnvFiles = [
  ...["grep", "--text", "--no-color", "--ignore-case", "-n", "-o", "-E", namesInEnvFile],
  ...["HEAD", "--", ":(glob)**/.env"],
] as const

/** Names of the variables in all committed .env files, never their values. */
async function committedVariables(session: Session): Promise<readonly CommittedVariable[]> {
  if (!(await revisionExists(session, "HEAD"))) return []
  const done = await gitExec(session, [...searchEnvFiles])
  const exitCode = await done.exitCode()
  // By git-grep(1): 1 is no such line.
  if (exitCode === 1) return []
  if (exitCode === 0) return parseGrep(await done.stdout())
  throw new SignalboxError("TOOL_FAILED", {
    what: "committed .env files could not be searched",
    why: (await done.stderr()).trim().split("\n")[0] ?? `git grep ended with ${exitCode}`,
    next: "check that --git is a complete repository: git fsck",
  })
}

/** `HEAD:path/.env:12:NAME` by line; a comment is no variable. */
export function parseGrep(text: string): readonly CommittedVariable[] {
  return text.split("\n").flatMap((line) => {
    const [, file, number, found = ""] = /^HEAD:(.*\.env):(\d+):(.*)$/.exec(line) ?? []
    const name = found.trim().replace(/^(?:export\s+)+/, "")
    const isVariable = name !== "" && !name.startsWith("#")
    return file === undefined || number === undefined || !isVariable
      ? []
      : [{ file, line: Number(number), name }]
  })
}
