import { randomBytes } from "node:crypto"
import { readFile } from "node:fs/promises"
import { execa } from "execa"
import { stringify } from "yaml"
import { parseToolbox } from "../src/toolbox/parse.ts"
import { findTool, imageAddress } from "../src/toolbox/reference.ts"
import type { Example } from "./examples.ts"

/** Who reaches a namespace, and by which kubectl. */
export interface NamespaceAccess {
  readonly kubectl: string
  readonly kubeconfig: string
  readonly namespace: string
}

/**
 * Applies an example's fixture to a namespace, with a password that is nowhere but in that namespace: it goes to kubectl on
 * its standard input, because others see the arguments of a process.
 * @param directory of the example
 * @param toolbox file, whose image stands in the place of the public one
 */
export async function applyFixture(
  { fixture }: Pick<Example, "fixture">,
  directory: string,
  toolbox: string,
  { kubectl, kubeconfig, namespace }: NamespaceAccess,
): Promise<void> {
  if (fixture === null) return
  const tool = findTool(parseToolbox(await readFile(toolbox, "utf8"), toolbox), fixture.image.tool)
  const text = await readFile(`${directory}/${fixture.file}`, "utf8")
  const manifest = withImage(text, fixture.image.named, imageAddress(tool))
  const { name, key } = fixture.secret
  const secret = stringify({
    ...{ apiVersion: "v1", kind: "Secret", metadata: { name } },
    stringData: { [key]: randomBytes(24).toString("base64url") },
  })
  const apply = ["--kubeconfig", kubeconfig, "--namespace", namespace, "apply", "--filename", "-"]
  await execa(kubectl, apply, { input: `${secret}---\n${manifest}` })
}

/** @throws unless the image stands there exactly once: the public one could not be had. */
export function withImage(manifest: string, named: string, image: string): string {
  if (manifest.split(named).length !== 2) throw new Error(`the fixture does not name ${named} exactly once`)
  return manifest.replace(named, () => image)
}
