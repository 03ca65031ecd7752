import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { paths } from "../paths.ts"
import { exitCode, ToolchainError } from "../steps/index.ts"

/** The log of a step or service; without a name, the names there are. @throws ToolchainError `LOG_UNKNOWN` */
export async function logs(name: string | undefined): Promise<string> {
  const names = (await readdir(paths.logs).catch(() => [])).map((file) => file.replace(/\.log$/, "")).sort()
  if (name === undefined) return `${names.join("\n")}\n`
  if (!names.includes(name)) {
    throw new ToolchainError(
      "LOG_UNKNOWN",
      `There is no log ${name}.`,
      `There are: ${names.join(", ") || "none yet"}.`,
      exitCode.usage,
    )
  }
  return readFile(join(paths.logs, `${name}.log`), "utf8")
}
