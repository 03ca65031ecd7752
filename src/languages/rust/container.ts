import type { Container } from "@dagger.io/dagger"
import { toolContainer, toolIdentity, without } from "../../toolbox/index.ts"
import { enginePlatform } from "../engine-platform.ts"
import { workdir } from "../language.ts"
import { platformsOf } from "../platforms.ts"
import { withSecretFiles } from "../secret-files.ts"
import { neverInput } from "./inputs.ts"
import { projectOf, type Request, type RustProject } from "./project.ts"
import { stubsOf } from "./stubs.ts"
import { fetchedTriples, linkingFor, type Target } from "./target.ts"

const cargoHome = "/cargo"

/** The build secret that is Cargo's file of credentials: tokens of private registries. */
const credentials = { id: "cargo-credentials", file: `${cargoHome}/credentials.toml` } as const

/** Outside of the component: what is compiled is none of its files. */
const compiled = "/target"

/** How Cargo is called wherever packages are there already: with exactly those of the lock file, and no network. */
export const settled = ["--locked", "--offline"]

/**
 * What a command is compiled with for all to come: `cargo build` and its arguments for the image, those of the checks else.
 */
export type Compile = readonly (readonly string[])[]

/**
 * Rust with the packages of Cargo.lock, fetched and compiled. Both are layers made from manifests and lock file alone, with
 * programs that do nothing in place of the component's own: changed sources fetch and compile no package again. What was
 * compiled of the component itself is thrown away: Cargo compares times, and a stand-in is younger than any source.
 * @param target of the commands. Default: they name none, and compile for the processor that they run on.
 */
export async function withPackages(request: Request, compile: Compile, target?: Target): Promise<Container> {
  const project = await projectOf(request)
  const { source, component } = request
  const files = await source.directory(component.path).glob("**")
  const base = withSettings(
    toolContainer(request.toolbox, "rust"),
    toolIdentity(request.toolbox, "rust").version,
  )
  const stubs = base.withDirectory(workdir, stubsOf(request, project, files))
  const ready = (container: Container) => (target === undefined ? container : linkingFor(container, target))
  if (project.lock.external.length === 0) return ready(base)
  // All platforms share what is fetched, and each has its packages compiled.
  const fetched = ready(await fetchedFrom(request, stubs))
  const built = compile.reduce((one, command) => one.withExec([...command]), fetched)
  // Stand-ins stay where the build leaves their files out: a manifest may name a test.
  return withoutOwn(built, project, compile, target)
}

/** The toolbox's Rust, as all commands have it. */
export function withSettings(container: Container, version: string): Container {
  const settings = {
    CARGO_HOME: cargoHome,
    CARGO_TARGET_DIR: compiled,
    CARGO_INCREMENTAL: "0",
    CARGO_TERM_COLOR: "never",
    // Where rustup chooses, it would fetch what a rust-toolchain file names.
    RUSTUP_TOOLCHAIN: version,
  }
  const clean = container
    .withUser("0:0")
    .withoutEntrypoint()
    .withWorkdir(workdir)
    .withNewFile(strictCompiler, strict, { permissions: 0o755 })
  return Object.entries(settings).reduce((one, [name, value]) => one.withEnvVariable(name, value), clean)
}

/** Makes warnings errors, for the component's own packages alone. See checks.ts. */
export const strictCompiler = "/signalbox/strict-rustc"
const strict = '#!/bin/sh\nexec "$@" -D warnings\n'

/** Registries are asked once, with the build secret's tokens. */
async function fetchedFrom({ secrets, component }: Request, container: Container): Promise<Container> {
  const triples = fetchedTriples(platformsOf(component), await enginePlatform())
  const targets = triples.flatMap((triple) => ["--target", triple])
  return withSecretFiles(secrets, [credentials], container, (one) =>
    one.withExec(["cargo", "fetch", "--locked", ...targets]),
  )
}

function withoutOwn(
  container: Container,
  { lock }: RustProject,
  compile: Compile,
  target: Target | undefined,
): Container {
  if (compile.length === 0) return container
  const names = lock.own.flatMap((name) => ["-p", name])
  const profiles = compile.some((command) => command.includes("--release")) ? ["--release"] : []
  const targets = target === undefined ? [] : ["--target", target.triple]
  return container.withExec(["cargo", "clean", ...settled, ...profiles, ...targets, ...names])
}

/** The component among its packages, for its checks: what they need besides is compiled already. */
export async function developmentContainer(request: Request): Promise<Container> {
  const directory = request.source.directory(request.component.path)
  const features = featuresOf(request)
  const container = await withPackages(request, [
    ["cargo", "check", "--workspace", "--all-targets", ...settled, ...features],
    ["cargo", "test", "--workspace", "--no-run", ...settled, ...features],
  ])
  return container.withDirectory(workdir, await without(directory, neverInput))
}

/** Arguments for the features that a component names. */
export function featuresOf({ component }: Pick<Request, "component">): readonly string[] {
  const { features, defaultFeatures } = component
  return [
    ...(features.length === 0 ? [] : [`--features=${features.join(",")}`]),
    ...(defaultFeatures ? [] : ["--no-default-features"]),
  ]
}
