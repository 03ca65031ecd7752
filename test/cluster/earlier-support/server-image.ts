import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { type TarEntry, tarBytes } from "../../../toolchain/images/oci/index.ts"
import { type Artifacts, digestOf } from "./artifacts.ts"

const type = "application/vnd.oci.image"

/** Versions of a web server with nothing below it; an unhealthy one is ready, and answers the smoke test wrongly. */
export async function serverImages(
  source: string,
  versions: Readonly<Record<string, "healthy" | "unhealthy">>,
): Promise<Artifacts> {
  const blobs: Record<string, string> = {}
  const manifests: Record<string, string> = {}
  const add = (content: string | Buffer, mediaType: string) => {
    const bytes = Buffer.from(content)
    blobs[digestOf(bytes)] = bytes.toString("base64")
    return { mediaType, digest: digestOf(bytes), size: bytes.length }
  }
  const tar = await tarOf({ type: "file", path: "server", mode: 0o755, bytes: assembled(source) })
  const layer = add(gzipSync(tar, { level: 9 }), `${type}.layer.v1.tar+gzip`)
  for (const [version, status] of Object.entries(versions)) {
    const answer = JSON.stringify({ status, version, page: `version ${version}` })
    const configuration = {
      ...{ architecture: "amd64", os: "linux", rootfs: { type: "layers", diff_ids: [digestOf(tar)] } },
      config: { Entrypoint: ["/server", answer], User: "1001" },
    }
    const config = add(JSON.stringify(configuration), `${type}.config.v1+json`)
    const manifest = { schemaVersion: 2, mediaType: `${type}.manifest.v1+json`, config, layers: [layer] }
    manifests[version] = JSON.stringify(manifest)
  }
  return { repository: "signalbox-test/earlier", manifests, blobs }
}

async function tarOf(entry: TarEntry): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of tarBytes([entry])) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function assembled(source: string): Buffer {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-server-"))
  const [object, program] = [join(directory, "server.o"), join(directory, "server")]
  try {
    execFileSync("as", ["-o", object, source])
    execFileSync("ld", ["-s", "-z", "noseparate-code", "--build-id=none", "-o", program, object])
    return readFileSync(program)
  } finally {
    rmSync(directory, { recursive: true })
  }
}
