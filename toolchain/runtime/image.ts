import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { imageStepId } from "../images/build.ts"
import { fromDirectory, fromPath, type TarEntry, writeImage } from "../images/oci/index.ts"
import type { Step, StepContext } from "../steps/index.ts"
import { versions } from "../versions.ts"
import { paths } from "./programs/paths.ts"

const base = imageStepId("node")
const engine = "engine-binaries"

/** esbuild's program for this machine; the package installs one of many. */
const esbuild = `@esbuild/${process.platform}-${process.arch}`

/** File in the step's output with the manifest's digest; the blobs are in `blobs` beside it. */
const digestFile = "typescript-sdk.digest"

/**
 * The engine's built-in TypeScript SDK: an image whose file system is both the SDK's module (`/runtime`) and the
 * container that modules run in. Output: an OCI layout and `typescript-sdk.digest`. Equal inputs give equal digests:
 * another digest makes the engine prepare every module anew.
 */
export const typescriptSdk: Step = {
  id: "typescript-sdk",
  title: "Make the TypeScript SDK",
  needs: [base, engine],
  inputs: {
    files: ["toolchain/runtime", "toolchain/images/oci", "package-lock.json"],
    values: [process.version],
  },
  heavy: false,
  async run(ctx) {
    const compiled = join(ctx.out, "compiled")
    await mkdir(compiled)
    // Only here: it loads two compilers and the SDK, which every other command of the toolchain can do without.
    const { compilePrograms } = await import("./compile.ts")
    await compilePrograms(compiled)
    const digest = await writeImage(ctx.out, {
      base: ctx.output(base),
      layers: [await content(ctx, compiled)],
      labels: {
        "org.opencontainers.image.title": "typescript-sdk",
        "org.opencontainers.image.version": versions.dagger,
        "org.opencontainers.image.description": "TypeScript SDK of Dagger that bundles a module once",
      },
      tag: versions.dagger,
    })
    await rm(compiled, { recursive: true })
    await writeFile(join(ctx.out, digestFile), `${digest}\n`)
    ctx.log(digest)
  },
}

/** What the engine has to know of the finished step: the image's digest, and the directory with `sha256/<hex>` blobs. */
export async function typescriptSdkImage(output: string): Promise<{ digest: string; blobs: string }> {
  const digest = await readFile(join(output, digestFile), "utf8")
  return { digest: digest.trim(), blobs: join(output, "blobs") }
}

async function content(ctx: StepContext, compiled: string): Promise<TarEntry[]> {
  const room = join(ctx.root, "toolchain", "runtime")
  const modules = join(ctx.root, "node_modules")
  const sdk = paths.sdk.slice(1)
  const directories: readonly (readonly [from: string, to: string])[] = [
    [join(room, "module"), "runtime"],
    [join(room, "types"), `${sdk}/types`],
    [compiled, sdk],
  ]
  const trees = await Promise.all(directories.map(([from, to]) => fromDirectory(from, { to })))
  const files = [
    "esbuild/package.json",
    "esbuild/lib/main.js",
    `${esbuild}/bin/esbuild`,
    ...(await compilerFiles(modules)),
  ]
  const packages = files.map((file) => fromPath(join(modules, file), `${sdk}/node_modules/${file}`))
  return [...trees.flat(), ...(await Promise.all(packages)), await codegen(ctx)].map(withPlainRights)
}

/** The compiler without its language service, translations and the browser's types: what the scanner loads. */
async function compilerFiles(modules: string): Promise<string[]> {
  const libraries = await readdir(join(modules, "typescript/lib"))
  const needed = libraries.filter((name) => /^lib\.(es|decorators)[a-z0-9.]*\.d\.ts$/.test(name))
  return ["package.json", "lib/typescript.js", ...needed.map((name) => `lib/${name}`)].map(
    (name) => `typescript/${name}`,
  )
}

const codegen = (ctx: StepContext): Promise<TarEntry> =>
  fromPath(join(ctx.output(engine), "codegen"), "usr/local/bin/codegen")

/** Rights and owners on disk depend on who installed and checked out; only what runs is told apart. */
function withPlainRights(entry: TarEntry): TarEntry {
  const runs = entry.type === "directory" || (entry.mode & 0o100) !== 0
  return { ...entry, uid: 0, gid: 0, mode: runs ? 0o755 : 0o644 }
}
