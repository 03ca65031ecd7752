import type { Container } from "@dagger.io/dagger"
import type { BuiltImage } from "../src/build/index.ts"
import type { Session } from "../src/call/index.ts"
import type { AffectedScope } from "../src/domain/index.ts"
import type { RegistryLogin } from "../src/languages/index.ts"
import type { Trust } from "../src/toolbox/index.ts"
import { registryPlace } from "./evidence.ts"

/** Which components a call builds. */
export interface Choice {
  /** None: all of them. */
  readonly names: readonly string[]
  /** Only those of them whose images changes can reach. */
  readonly affected?: AffectedScope
}

/** The components that a call builds; where nothing of them is affected, none. @throws UNKNOWN_COMPONENT */
export async function chosenComponents(
  session: Session,
  { names, affected }: Choice,
): Promise<readonly string[]> {
  const { componentNamed } = await import("../src/config/index.ts")
  const config = await session.config()
  for (const name of names) componentNamed(config, name)
  const wanted = names.length === 0 ? Object.keys(config.components) : names
  return affected === undefined ? wanted : wanted.filter((name) => affected.components.includes(name))
}

/** Builds what was chosen; none where nothing of it is affected. @throws UNKNOWN_COMPONENT */
export async function buildChosen(
  session: Session,
  trust: Trust,
  choice: Choice,
): Promise<readonly BuiltImage[]> {
  const names = await chosenComponents(session, choice)
  return names.length === 0 ? [] : buildImages(session, trust, names)
}

/** Builds the named components; without names, all of them. @throws UNKNOWN_COMPONENT */
export async function buildImages(
  session: Session,
  trust: Trust,
  names: readonly string[] = [],
): Promise<readonly BuiltImage[]> {
  const { buildAll } = await import("../src/build/index.ts")
  return buildAll(await buildRequest(session, trust), names)
}

/**
 * The container of one component, not yet built.
 * @param platform of a component that has several. Default: the engine's own.
 * @throws USAGE when several components could be meant, UNKNOWN_COMPONENT
 */
export async function oneContainer(
  session: Session,
  trust: Trust,
  choice: Choice,
  platform?: string,
): Promise<Container> {
  const { containerOf } = await import("../src/build/index.ts")
  const { SignalboxError } = await import("../src/domain/index.ts")
  const all = await chosenComponents(session, choice)
  const [name, ...others] = all
  if (name === undefined && choice.affected !== undefined)
    throw new SignalboxError("USAGE", {
      what: `no image that the call could give is affected since ${choice.affected.since}`,
      next: "leave out --affected",
    })
  if (name === undefined || others.length > 0)
    throw new SignalboxError("USAGE", {
      what: "the call does not say which component's container it wants",
      next: `name one: --component ${all.join(" | ")}`,
    })
  return containerOf(await buildRequest(session, trust), name, platform)
}

/** Sizes against their budgets and what the builds left out, as text for people and as JSON. */
export async function imageSizes(
  session: Session,
  trust: Trust,
  choice: Choice = { names: [] },
): Promise<{ text: string; json: string; withinBudget: boolean }> {
  const { imageSize, leftOutOf, sizesText } = await import("../src/build/index.ts")
  const { componentNamed } = await import("../src/config/index.ts")
  const [config, images, request] = await Promise.all([
    session.config(),
    buildChosen(session, trust, choice),
    buildRequest(session, trust),
  ])
  const measured = await Promise.all(
    images.map(async ({ component, digest, platforms }) => {
      const leftOut = await leftOutOf(request, component)
      const [, ...others] = platforms
      return platforms.map(({ facts }) => {
        const among = others.length === 0 ? {} : { platform: facts.platform, index: digest }
        return imageSize(component, componentNamed(config, component), facts, leftOut, among)
      })
    }),
  )
  const sizes = measured.flat()
  const assumed = session.inputs.assumed?.told
  const { affected } = choice
  const { scopeText } = await import("../src/report/index.ts")
  const head = scopeText(affected)
  const told = {
    ...(assumed === undefined ? {} : { assumed }),
    ...(affected === undefined ? {} : { affected }),
  }
  return {
    text: `${head === undefined ? "" : `${head}\n`}${sizesText(sizes, assumed)}`,
    json: `${JSON.stringify({ schemaVersion: 1, images: sizes, ...told }, undefined, 2)}\n`,
    withinBudget: sizes.every((size) => size.withinBudget),
  }
}

/** What was assumed of a tree without signalbox.yaml; empty where it has one. */
export async function assumedText(session: Session): Promise<string> {
  const { assumedLines } = await import("../src/build/index.ts")
  return assumedLines(session.inputs.assumed?.told)
    .map((line) => `${line}\n`)
    .join("")
}

/** Checks before the gates run that every component can be built. @throws CONFIG_INVALID, SECRET_MISSING */
export async function assertBuildable(session: Session, trust: Trust): Promise<void> {
  const { assertBuildable: assertAll } = await import("../src/build/index.ts")
  await assertAll(await buildRequest(session, trust))
}

/** The inputs of a build: configuration, toolbox, source, registry login and build secrets. */
export async function buildRequest(session: Session, trust: Trust) {
  const [config, toolbox, login, source] = await Promise.all([
    session.config(),
    session.toolbox(),
    registryLogin(session, trust),
    session.source(),
  ])
  const { buildSecrets } = session.inputs
  // A fork's Dockerfile is untrusted code, which could send a secret away.
  const secrets = trust === "fork" ? undefined : buildSecrets
  return { config, toolbox, trust, login, source, secrets }
}

/** The login for the project's own registry. No other registry gets the token, and a fork's build runs without it. */
export async function registryLogin(session: Session, trust: Trust): Promise<RegistryLogin | undefined> {
  const { registryUser, registryToken } = session.inputs
  if (registryToken === undefined || trust === "fork") return undefined
  const [config, toolbox] = await Promise.all([session.config(), session.toolbox()])
  // Where nobody has named a registry, there is none that the token could belong to.
  if (config.registry === undefined && toolbox.registry === undefined) return undefined
  const { registry } = await registryPlace(session)
  return { registry, username: registryUser ?? "signalbox", password: registryToken }
}
