import { readFile } from "node:fs/promises"
import { SignalboxError } from "../../domain/index.ts"

/** The text of a kubeconfig as it was mounted. @throws SECRET_MISSING */
export async function kubeconfigText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8")
  } catch (cause) {
    throw new SignalboxError(
      "SECRET_MISSING",
      { what: "there is no kubeconfig", where: path, next: "pass --kubeconfig env://NAME or file://PATH" },
      { cause },
    )
  }
}
