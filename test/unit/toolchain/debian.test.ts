import { expect, test } from "vitest"
import { installedPackages } from "../../../toolchain/debian.ts"

const entry = (name: string, status: string): string =>
  `Package: ${name}\nStatus: ${status}\nPriority: optional\nDescription: some words\n Package: not-a-package\n`

test("only completely installed packages count", () => {
  const status = [
    entry("runc", "install ok installed"),
    entry("kept", "hold ok installed"),
    entry("half", "install ok half-configured"),
    entry("unpacked", "install ok unpacked"),
    entry("removed", "deinstall ok config-files"),
  ].join("\n")
  expect([...installedPackages(status)]).toEqual(["runc", "kept"])
})
