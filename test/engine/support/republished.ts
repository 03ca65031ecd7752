import { parseDigest } from "../../../src/domain/index.ts"
import { copyImage } from "../../../src/evidence/image/copy.ts"
import { bundlesOf } from "../../../src/evidence/registry/bundle.ts"
import { RegistryClient } from "../../../src/evidence/registry/client.ts"
import { attachStatements } from "../../../src/evidence/registry/referrers.ts"
import { readSigningKey } from "../../../src/evidence/signing/private-key.ts"
import { signed } from "../../../src/evidence/signing/sign.ts"
import { payloadOf, unsignedEnvelope, verificationStatement } from "../../../src/evidence/statements/index.ts"
import { readEnvelope } from "../../../src/evidence/statements/stored.ts"
import { attachSigned } from "../../../src/evidence/store/signed-put.ts"
import { network } from "../../../toolchain/network.ts"

/**
 * The image in another repository of the local registry, with all statements about it.
 * @param address `REGISTRY/REPOSITORY@DIGEST`
 * @param change of each statement, under its signatures as they were. Default: none.
 * @returns its address
 */
export async function republished(
  address: string,
  repository: string,
  change: (statement: string) => string = (text) => text,
): Promise<string> {
  const { client, name, image } = await copied(address, repository)
  const registry = network.registry
  const reference = `${image.replace(":", "-")}.att`
  const attached = await client.manifest({ registry, repository: name, reference })
  const statements = (attached?.manifest.layers ?? []).map(async ({ digest, annotations }) => {
    const envelope = readEnvelope(await client.blob(name, digest))
    if (envelope === null) throw new Error(`${digest} is no envelope`)
    const text = change(new TextDecoder().decode(payloadOf(envelope)))
    const changed = { ...envelope, payload: Buffer.from(text).toString("base64") }
    const predicateType = annotations?.predicateType ?? ""
    return { text: JSON.stringify(changed), predicateType, bundles: bundlesOf(changed) }
  })
  await attachStatements(client, { registry, repository, image }, await Promise.all(statements))
  return `${registry}/${repository}@${image}`
}

/** The image in another repository, and of all statements only one, signed: a smoke test that failed. @returns its address */
export async function failedAlone(
  address: string,
  repository: string,
  key: { readonly file: string; readonly password: string },
): Promise<string> {
  const { client, image } = await copied(address, repository)
  const registry = network.registry
  const release = { version: "0.1.0", record: image, images: { web: image } }
  const claim = {
    ...{ environment: "staging", cluster: "uid", operation: "3-abc", fence: 3, kind: "smoke" },
    ...{ result: "failed" as const, release: { ...release, chart: image, values: image, manifests: image } },
    ...{
      planHash: image,
      at: "2026-03-01T00:00:00Z",
      expires: "2026-03-08T00:00:00Z",
      by: "ci",
      approved: null,
    },
  }
  const text = verificationStatement(claim, { web: `${registry}/${repository}` })
  const envelope = signed(unsignedEnvelope(text), await readSigningKey(key.file, key.password))
  const files = new Map([["statements/verification.json", Buffer.from(JSON.stringify(envelope))]])
  await attachSigned({ client, registry }, files)
  return `${registry}/${repository}@${image}`
}

async function copied(address: string, repository: string) {
  const [name = "", hash = ""] = address.slice(`${network.registry}/`.length).split("@")
  const image = parseDigest(hash)
  const client = new RegistryClient(network.registry, { insecure: true })
  const to = { client, registry: network.registry, repository, tag: "v1" }
  await copyImage({ client, image: { repository: name, digest: image } }, to)
  return { client, name, image }
}
